//! Publishes what a stack needs before it is deployed.

use std::path::PathBuf;
use std::sync::Arc;

use runtime::deploy::{
    ImageStep, ImageUpload, PublishError, Sent, Upload, publish, publish_images,
};
use runtime_aws::AccountBuckets;
use runtime_local::{EngineProgram, Zip};
use tokio::sync::Mutex;

use super::images::tell;
use crate::failure::Failure;
use crate::printer::Printer;

/// What is to be published for a stack, where the places for it are there.
pub(super) struct Publishing {
    pub(super) files: Vec<(AccountBuckets, Vec<Upload>)>,
    /// The directory that no file may lie outside of.
    pub(super) within: PathBuf,
    pub(super) images: Vec<ImageUpload>,
    /// Whose turn it is to make images: what one stack has made, another one that needs it too finds there.
    pub(super) turn: Arc<Mutex<()>>,
}

impl Publishing {
    /// Sends what is not there yet.
    pub(super) async fn send(&self, printer: Printer) -> Result<(), Failure> {
        // Each to its end: what was sent is not sent again.
        let (files, images) = tokio::join!(self.send_files(printer), self.send_images(printer));
        files?;
        Ok(images?)
    }

    async fn send_files(&self, printer: Printer) -> Result<(), PublishError> {
        let packer = Zip {
            within: self.within.clone(),
        };
        for (buckets, uploads) in &self.files {
            publish(buckets, &packer, uploads, |upload, sent| {
                if sent == Sent::Now {
                    printer.note(&format!("published {} to {}", upload.name, upload.bucket));
                }
            })
            .await?;
        }
        Ok(())
    }

    async fn send_images(&self, printer: Printer) -> Result<(), PublishError> {
        if self.images.is_empty() {
            return Ok(());
        }
        let _turn = self.turn.lock().await;
        let maker = EngineProgram::of_environment();
        let told = |image: &ImageUpload, step: ImageStep<'_>| tell(printer, image, step);
        publish_images(&maker, &self.images, &told).await
    }
}
