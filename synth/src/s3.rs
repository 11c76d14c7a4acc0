//! Buckets.

mod bucket;
mod check;
mod grant;
mod lifecycle;
mod policy;

pub use bucket::{BlockPublicAccess, Bucket, BucketProps, Encryption, ObjectOwnership};
pub use lifecycle::{LifecycleRule, StorageClass, Transition};
pub use policy::{BucketPolicy, BucketPolicyProps};
