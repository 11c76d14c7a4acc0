//! What is read is what was written.

use proptest::prelude::*;
use synth_core::{
    Data, Fields, Id, Json, List, Map, Override, Property, Read, Reader, Value, parse, read,
};

use crate::fixture::VpcId;

/// A type in the shape that the generator writes, with a property of every kind.
#[derive(Debug, Default)]
struct Thing {
    flag: Property<bool>,
    list: Property<List<Thing>>,
    map: Property<Map<Thing>>,
    next: Property<Box<Thing>>,
    number: Property<f64>,
    text: Property<String>,
    tree: Property<Json>,
    vpc: Property<Id<VpcId>>,
    whole: Property<i64>,
}

impl Data for Thing {
    fn fields(&self, to: &mut Fields) {
        to.optional("Flag", &self.flag);
        to.optional("List", &self.list);
        to.optional("Map", &self.map);
        to.optional("Next", &self.next);
        to.optional("Number", &self.number);
        to.optional("Text", &self.text);
        to.optional("Tree", &self.tree);
        to.optional("Vpc", &self.vpc);
        to.optional("Whole", &self.whole);
    }
}

impl Read for Thing {
    fn read(from: &mut Reader, json: &Json) -> Option<Self> {
        let mut this = Self::default();
        from.open(json)?;
        from.field(json, "Flag", &mut this.flag);
        from.field(json, "List", &mut this.list);
        from.field(json, "Map", &mut this.map);
        from.field(json, "Next", &mut this.next);
        from.field(json, "Number", &mut this.number);
        from.field(json, "Text", &mut this.text);
        from.field(json, "Tree", &mut this.tree);
        from.field(json, "Vpc", &mut this.vpc);
        from.field(json, "Whole", &mut this.whole);
        from.close(json)?;
        Some(this)
    }
}

/// Puts a leftover back, as an override does.
fn put(tree: &mut Json, steps: &[&str], value: Json) {
    let (first, rest) = steps.split_first().unwrap();
    if let Json::Array(items) = tree {
        let item = items.get_mut(first.parse::<usize>().unwrap());
        put(item.unwrap(), rest, value);
    } else if let Json::Object(entries) = tree {
        match entries.iter_mut().find(|(name, _)| name == first) {
            Some((_, next)) => put(next, rest, value),
            None => entries.push(((*first).to_owned().into(), value)),
        }
    }
}

/// One way to write what may be ordered otherwise.
fn sorted(json: &Json) -> String {
    if let Some(items) = json.items() {
        return format!("{:?}", items.iter().map(sorted).collect::<Vec<_>>());
    }
    let Some(entries) = json.entries() else {
        return json.to_compact();
    };
    let entries = entries.iter();
    let entries = entries.map(|(name, value)| format!("{name:?}:{}", sorted(value)));
    let mut entries: Vec<_> = entries.collect();
    entries.sort();
    format!("{{{}}}", entries.join(","))
}

fn again(json: &Json) -> (Json, Vec<Override>) {
    let (thing, leftovers) = read::<Thing>(json).unwrap();
    (thing.to_json(), leftovers)
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "Flag|List|Map|Next|Number|Text|Tree|Vpc|Whole".prop_map(String::from),
        2 => "Ref|Fn::If|Unknown|a\\.b|".prop_map(String::from),
        1 => any::<String>(),
    ]
}

fn tree() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(Json::Int),
        (-9..9_i64).prop_map(Json::Int),
        any::<f64>().prop_map(Json::Float),
        "true|5|text".prop_map(Json::from),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            3 => prop::collection::btree_map(name(), inner, 0..6).prop_map(Json::object),
        ]
    })
}

proptest! {
    #[test]
    fn anything_is_written_as_it_was_read(properties in prop::collection::btree_map("Flag|List|Map|Next|Number|Text|Tree|Vpc|Whole|Unknown", tree(), 0..6)) {
        let json = Json::object(properties);
        prop_assume!(!json.entries().unwrap().is_empty());
        let (mut written, leftovers) = again(&json);
        for Override { path, value } in leftovers {
            let steps: Vec<&str> = path.split('.').collect();
            put(&mut written, &steps, value.unwrap());
        }
        prop_assert_eq!(sorted(&written), sorted(&json));
    }
}

#[test]
fn what_fits_is_typed_and_what_does_not_is_kept_as_it_is() {
    let json = parse(
        r#"{"Flag": "true", "Whole": "5", "Number": 5, "Text": {"Ref": "Name"}, "Vpc": "vpc-1",
            "List": [{"Text": "a"}, {"Fn::If": ["B", {"Text": "b"}, {"Ref": "AWS::NoValue"}]}]}"#,
    )
    .unwrap();
    let (thing, leftovers) = read::<Thing>(&json).unwrap();
    assert!(leftovers.is_empty());
    assert!(matches!(&thing.flag, Property::Unknown(text) if text.to_json() == "true".into()));
    assert!(matches!(&thing.whole, Property::Unknown(text) if text.to_json() == "5".into()));
    assert!(matches!(thing.text, Property::Unknown(_)));
    assert_eq!(thing.number.known(), Some(&5.0));
    assert_eq!(thing.vpc.known(), Some(&Id::literal("vpc-1")));
    let list = &thing.list.known().unwrap().0;
    assert!(matches!(
        list.as_slice(),
        [Value::Known(_), Value::Unknown(_)]
    ));
    assert_eq!(sorted(&thing.to_json()), sorted(&json));
}

#[test]
fn what_has_no_place_is_left_over_with_its_path() {
    let json = parse(r#"{"New": 1, "List": [{}, {"Newer": 2, "Text": "a"}]}"#).unwrap();
    let (_, leftovers) = read::<Thing>(&json).unwrap();
    let paths: Vec<_> = leftovers
        .iter()
        .map(|change| change.path.as_ref())
        .collect();
    assert_eq!(paths, ["List.1.Newer", "New"]);
    let dotted = parse(r#"{"Map": {"a.b": {"New": 1}}, "Text": "a"}"#).unwrap();
    let (written, leftovers) = again(&dotted);
    assert!(leftovers.is_empty(), "an override could not name it");
    assert_eq!(sorted(&written), sorted(&dotted));
}

#[test]
fn what_is_no_object_is_not_read() {
    assert!(read::<Thing>(&Json::Null).is_none());
    assert!(read::<Thing>(&parse(r#"{"Ref": "A"}"#).unwrap()).is_none());
}
