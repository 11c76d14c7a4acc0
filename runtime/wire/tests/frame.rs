//! The codec of frames: what was written is read, and what is damaged is said to be.

use proptest::prelude::*;
use runtime_wire::frame::{MAX_OUTPUT, decode, encode};
use runtime_wire::{Body, Cause, Frame, Outcome, Phase};

/// Length of a frame without its payload.
const HEADER: usize = 21;

fn body() -> impl Strategy<Value = Body> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..200);
    prop_oneof![
        bytes().prop_map(Body::Stdout),
        bytes().prop_map(Body::Stderr),
        any::<String>().prop_map(Body::Note),
        phase().prop_map(Body::Phase),
        (any::<u8>(), cause())
            .prop_map(|(exit_code, cause)| Body::Ended(Outcome { exit_code, cause })),
    ]
}

fn phase() -> impl Strategy<Value = Phase> {
    prop_oneof![
        any::<String>().prop_map(|repository| Phase::Fetching { repository }),
        any::<String>().prop_map(|commit| Phase::Fetched { commit }),
        Just(Phase::Running),
        Just(Phase::Stopping),
        Just(Phase::Draining),
    ]
}

fn cause() -> impl Strategy<Value = Cause> {
    prop_oneof![
        Just(Cause::Exited),
        Just(Cause::OutOfMemory),
        any::<i32>().prop_map(|signal| Cause::Signaled { signal }),
        any::<u64>().prop_map(|after_ms| Cause::TimedOut { after_ms }),
        Just(Cause::Cancelled),
        (any::<String>(), any::<String>(), any::<Option<String>>()).prop_map(
            |(code, message, hint)| Cause::NotStarted {
                code,
                message,
                hint
            }
        ),
        (
            any::<String>(),
            any::<Option<String>>(),
            any::<Option<u8>>()
        )
            .prop_map(|(message, hint, command_exit_code)| Cause::Unrecorded {
                code: "storage.full".to_owned(),
                message,
                hint,
                command_exit_code,
            }),
        any::<i32>().prop_map(|signal| Cause::Interrupted { signal }),
        (any::<String>(), any::<Option<String>>()).prop_map(|(message, hint)| Cause::Lost {
            code: "memory.exhausted".to_owned(),
            message,
            hint
        }),
    ]
}

fn frames() -> impl Strategy<Value = Vec<Frame>> {
    let frame = (any::<u64>(), any::<u64>(), body()).prop_map(|(seq, at_ms, body)| Frame {
        seq,
        at_ms,
        body,
    });
    prop::collection::vec(frame, 0..8)
}

/// All frames one after another, and where each of them ends.
fn journal(frames: &[Frame]) -> (Vec<u8>, Vec<usize>) {
    let mut journal = Vec::new();
    let ends = frames.iter().map(|frame| {
        encode(frame, &mut journal);
        journal.len()
    });
    let ends = ends.collect();
    (journal, ends)
}

proptest! {
    #[test]
    fn what_was_encoded_is_decoded(frames in frames()) {
        let (journal, _) = journal(&frames);
        let length = journal.len();
        prop_assert_eq!(decode(&journal), Ok((frames, length)));
    }

    #[test]
    fn a_journal_cut_anywhere_gives_its_whole_frames(frames in frames(), cut: prop::sample::Index) {
        let (journal, ends) = journal(&frames);
        let cut = cut.index(journal.len() + 1);
        let whole = ends.iter().take_while(|end| **end <= cut).count();
        let (decoded, length) = decode(&journal[..cut]).unwrap();
        prop_assert_eq!(&decoded, &frames[..whole]);
        prop_assert_eq!(length, whole.checked_sub(1).map_or(0, |last| ends[last]));
    }

    #[test]
    fn reading_goes_on_where_it_stopped(frames in frames(), cut: prop::sample::Index) {
        let (journal, _) = journal(&frames);
        let cut = cut.index(journal.len() + 1);
        let (mut decoded, length) = decode(&journal[..cut]).unwrap();
        decoded.extend(decode(&journal[length..]).unwrap().0);
        prop_assert_eq!(decoded, frames);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok((_, length)) = decode(&bytes) {
            prop_assert!(length <= bytes.len());
        }
    }

    #[test]
    fn a_frame_of_no_known_kind_is_found(frames in frames(), kind in 6_u8..) {
        let (mut journal, ends) = journal(&frames);
        let damaged = ends.last().copied().unwrap_or(0);
        journal.extend([0; HEADER - 1]);
        journal.push(kind);
        prop_assert_eq!(decode(&journal).map_err(|corrupt| corrupt.offset), Err(damaged));
    }
}

#[test]
fn a_hole_of_zeros_is_found() {
    let frame = Frame {
        seq: 1,
        at_ms: 2,
        body: Body::Stdout(b"out".to_vec()),
    };
    let (mut journal, _) = journal(&[frame]);
    let length = journal.len();
    journal.extend([0; 4096]);
    let corrupt = decode(&journal).unwrap_err();
    assert_eq!(
        corrupt.to_string(),
        format!("the journal is damaged at byte {length}: a frame is of no known kind")
    );
}

#[test]
fn a_length_that_no_frame_has_is_found_before_it_is_believed() {
    let mut journal = u32::MAX.to_le_bytes().to_vec();
    journal.extend([0; HEADER]);
    assert_eq!(decode(&journal).unwrap_err().offset, 0);
}

#[test]
fn a_phase_that_says_nothing_is_found() {
    let mut journal = Vec::new();
    journal.extend(2_u32.to_le_bytes());
    journal.extend([0; 16]);
    journal.push(4);
    journal.extend(b"{}");
    assert_eq!(
        decode(&journal).unwrap_err().reason,
        "a phase cannot be read"
    );
}

#[test]
fn words_of_any_length_can_be_read_back() {
    let frame = |body| Frame {
        seq: 1,
        at_ms: 2,
        body,
    };
    let long = "ü\"\n".repeat(1024 * 1024);
    for body in [
        Body::Note(long.clone()),
        Body::Phase(Phase::Fetching {
            repository: long.clone(),
        }),
        Body::Ended(Outcome::not_started("source.failed", long.clone(), None)),
        Body::Ended(Outcome::unrecorded(
            "storage.full",
            long,
            "free some space",
            &Outcome::exited(0),
        )),
    ] {
        let (journal, _) = journal(&[frame(body)]);
        assert!(journal.len() <= MAX_OUTPUT + HEADER, "{}", journal.len());
        let (frames, length) = decode(&journal).unwrap();
        assert_eq!((frames.len(), length), (1, journal.len()));
    }
}
