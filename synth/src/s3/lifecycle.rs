//! What becomes of objects as they age.

use synth_core::Text;

/// Where objects are kept, from the dearest to store to the cheapest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StorageClass {
    /// Moves each object by how often it is read: `INTELLIGENT_TIERING`.
    IntelligentTiering,
    /// For what is read less than once a month: `STANDARD_IA`.
    StandardInfrequentAccess,
    /// The same in one availability zone, for what can be made again: `ONEZONE_IA`.
    OneZoneInfrequentAccess,
    /// For what is read once a quarter: `GLACIER_IR`.
    GlacierInstantRetrieval,
    /// For what can be waited for, minutes to hours: `GLACIER`.
    GlacierFlexibleRetrieval,
    /// For what can be waited for, twelve hours and more: `DEEP_ARCHIVE`.
    DeepArchive,
}

impl StorageClass {
    /// The word in the template.
    pub const fn as_text(self) -> &'static str {
        match self {
            Self::IntelligentTiering => "INTELLIGENT_TIERING",
            Self::StandardInfrequentAccess => "STANDARD_IA",
            Self::OneZoneInfrequentAccess => "ONEZONE_IA",
            Self::GlacierInstantRetrieval => "GLACIER_IR",
            Self::GlacierFlexibleRetrieval => "GLACIER",
            Self::DeepArchive => "DEEP_ARCHIVE",
        }
    }

    /// Whether an object must have been in `STANDARD` for 30 days before it comes here.
    pub(super) const fn waits_a_month(self) -> bool {
        matches!(
            self,
            Self::StandardInfrequentAccess | Self::OneZoneInfrequentAccess
        )
    }
}

/// A move to another storage class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// Where to.
    pub storage_class: StorageClass,
    /// How many days after an object was made.
    pub after_days: u32,
}

/// What happens to objects with a common beginning of their key. Default: nothing; a rule says at
/// least one thing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LifecycleRule {
    /// A name for it, unique in the bucket, at most 255 characters. Default: S3 makes one.
    pub id: Option<Text>,
    /// Beginning of the keys it is about. Default: all objects.
    pub prefix: Option<Text>,
    /// Days after which an object is deleted; in a versioned bucket it becomes a version. Default:
    /// never.
    pub expiration_in_days: Option<u32>,
    /// Days after which a version that is not current is deleted. Default: never.
    pub noncurrent_expiration_in_days: Option<u32>,
    /// Days after which an upload that was not completed is removed. Default: never.
    pub abort_upload_in_days: Option<u32>,
    /// Whether the mark of a deleted object goes once no version is left. Default: it stays.
    pub remove_delete_markers: bool,
    /// Moves to other storage classes, earliest first. Default: none.
    pub transitions: Vec<Transition>,
}
