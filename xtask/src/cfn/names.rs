//! Rust's names for AWS's names.

use std::collections::BTreeSet;

/// Words that AWS writes with capitals inside, and what they are split as.
const WORDS: &[(&str, &str)] = &[
    ("DDoS", "Ddos"),
    ("ETag", "Etag"),
    ("FSx", "Fsx"),
    ("GiB", "Gib"),
    ("IPv", "Ipv"),
    ("IdC", "Idc"),
    ("IoT", "Iot"),
    ("IpV4", "Ipv4"),
    ("IpV6", "Ipv6"),
    ("KiB", "Kib"),
    ("LoRaWAN", "Lorawan"),
    ("LoRa", "Lora"),
    ("MiB", "Mib"),
    ("OAuth", "Oauth"),
    ("RStudio", "Rstudio"),
    ("SaaS", "Saas"),
    ("TiB", "Tib"),
    ("VCpu", "Vcpu"),
    ("WiFi", "Wifi"),
    ("XRay", "Xray"),
];

/// Names of products: two words in a type's name, as their makers write them, and one in a field's.
const PRODUCTS: &[(&str, &str)] = &[
    ("active_mq", "activemq"),
    ("document_db", "documentdb"),
    ("dynamo_db", "dynamodb"),
    ("git_hub", "github"),
    ("git_lab", "gitlab"),
    ("graph_ql", "graphql"),
    ("influx_db", "influxdb"),
    ("java_script", "javascript"),
    ("maria_db", "mariadb"),
    ("mongo_db", "mongodb"),
    ("my_sql", "mysql"),
    ("open_ai", "openai"),
    ("postgre_sql", "postgresql"),
    ("prom_ql", "promql"),
    ("rabbit_mq", "rabbitmq"),
];

/// Splits a name into its words: `VPCGatewayAttachment` is `VPC`, `Gateway`, `Attachment`.
///
/// A run of capitals is one word, with a plural `s` (`ARNs`); digits belong to the word before them.
pub(super) fn words(name: &str) -> Vec<String> {
    // `DynamoDBv2` is the second version of a product, and not of a `Bv`.
    let name = name.replace("DBv", "DbV");
    let name = WORDS
        .iter()
        .fold(name, |name, (aws, word)| name.replace(aws, word));
    let symbols: Vec<char> = name.chars().collect();
    let at = |position: usize| symbols.get(position).copied().unwrap_or('\0');
    let mut words = Vec::new();
    let mut word = String::new();
    for (position, &symbol) in symbols.iter().enumerate() {
        if !symbol.is_ascii_alphanumeric() {
            words.push(std::mem::take(&mut word));
            continue;
        }
        let last = word.chars().last().unwrap_or('\0');
        let plural = at(position + 1) == 's' && !at(position + 2).is_ascii_lowercase();
        let starts = symbol.is_ascii_uppercase()
            && !word.is_empty()
            && (!last.is_ascii_uppercase() || (at(position + 1).is_ascii_lowercase() && !plural));
        if starts {
            words.push(std::mem::take(&mut word));
        }
        word.push(symbol);
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// The name of a type or a variant: `VPCGatewayAttachment` becomes `VpcGatewayAttachment`.
pub(super) fn upper_camel(name: &str) -> String {
    let mut text = String::new();
    for word in words(name) {
        let digits = text.ends_with(|last: char| last.is_ascii_digit())
            && word.starts_with(|first: char| first.is_ascii_digit());
        if digits {
            text.push('_');
        }
        let mut symbols = word.chars();
        text.extend(symbols.next().map(|first| first.to_ascii_uppercase()));
        text.push_str(&symbols.as_str().to_ascii_lowercase());
    }
    text
}

/// The name of a module, bare: `TaskDefinition` becomes `task_definition`.
pub(super) fn snake(name: &str) -> String {
    let name = format!("_{}_", words(name).join("_").to_ascii_lowercase());
    let joined = PRODUCTS.iter().fold(name, |name, (apart, whole)| {
        name.replace(&format!("_{apart}_"), &format!("_{whole}_"))
    });
    joined.trim_matches('_').to_owned()
}

/// The name of each attribute, bare: `Endpoint.Address` becomes `endpoint_address`.
///
/// EKS has both `CertificateAuthority.Data` and `CertificateAuthorityData`; the first is `data_of_certificate_authority`.
pub(super) fn attributes<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    let attributes: Vec<&String> = names.collect();
    let undivided = attributes.iter().filter(|name| !name.contains('.'));
    let undivided: BTreeSet<String> = undivided.map(|name| snake(name)).collect();
    let rust = |name: &String| match name.rsplit_once('.') {
        Some((owner, part)) if undivided.contains(&snake(name)) => {
            format!("{}_of_{}", snake(part), snake(owner))
        }
        _ => snake(name),
    };
    attributes.into_iter().map(rust).collect()
}

/// The name of a field, an argument or a method: [`snake`], escaped where Rust has taken the word.
pub(super) fn identifier(name: &str) -> String {
    escape(snake(name))
}

/// A bare name, escaped where Rust has taken the word.
pub(super) fn escape(name: String) -> String {
    match name.as_str() {
        "self" | "super" | "crate" => format!("{name}_"),
        "as" | "async" | "await" | "box" | "break" | "const" | "continue" | "do" | "dyn"
        | "else" | "enum" | "extern" | "false" | "final" | "fn" | "for" | "gen" | "if" | "impl"
        | "in" | "let" | "loop" | "macro" | "match" | "mod" | "move" | "mut" | "override"
        | "priv" | "pub" | "ref" | "return" | "static" | "struct" | "trait" | "true" | "try"
        | "type" | "unsafe" | "use" | "virtual" | "where" | "while" | "yield" => {
            format!("r#{name}")
        }
        _ => name,
    }
}

/// The name for a property's own type: owner and property, without saying a word twice.
///
/// `VPCEndpoint` and `VpcEndpointType` give `VpcEndpointType`; `FlowLog` and `TrafficType` give `FlowLogTrafficType`.
pub(super) fn owned(owner: &str, property: &str) -> String {
    let (owner, property) = (upper_camel(owner), upper_camel(property));
    let longer = property.len() > owner.len();
    if longer && property.starts_with(&owner) {
        property
    } else {
        format!("{owner}{property}")
    }
}

/// The variant for an allowed value.
pub(super) fn variant(value: &str) -> String {
    let name = upper_camel(value);
    match name.as_str() {
        "" if value == "*" => "Any".to_owned(),
        "" => "Empty".to_owned(),
        "Self" | "Other" => format!("{name}Value"),
        _ if name.starts_with(|first: char| first.is_ascii_digit()) => format!("V{name}"),
        _ => name,
    }
}
