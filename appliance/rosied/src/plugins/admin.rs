//! What the owner does with plugins: after each change the sentences and tools of the house are put together anew.

use super::{Plugins, refused};
use crate::daemon::Rosie;
use rosie_core::{
    BoxFuture, ErrorCode, Failure,
    plugins::{PluginAdmin, PluginSource, PluginStatus},
};
use std::sync::Arc;

pub struct Admin(pub Arc<Rosie>, pub Arc<Plugins>);

impl Admin {
    /// Work on the disk, off the reactor.
    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Plugins) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let plugins = self.1.clone();
        let done = tokio::task::spawn_blocking(move || work(&plugins)).await;
        done.unwrap_or_else(|_| Err(Failure::new(ErrorCode::Internal, "the work on the plugins broke down")))
    }

    async fn one(&self, name: String) -> Result<PluginStatus, Failure> {
        self.on_disk(move |plugins| Ok(plugins.status(&plugins.store.find(&name).map_err(refused)?)))
            .await
    }

    /// Starts it where it is enabled, and makes what it says known.
    async fn renew(&self, name: String) -> Result<(), Failure> {
        let begun = self.on_disk(move |plugins| {
            let found = plugins.store.find(&name).map_err(refused)?;
            match found.enabled {
                true => plugins.begin(&found),
                false => Ok(()),
            }
        });
        let begun = begun.await;
        self.0.plugins_changed().await?;
        begun
    }
}

impl PluginAdmin for Admin {
    fn list(&self) -> BoxFuture<'_, Result<Vec<PluginStatus>, Failure>> {
        let all = |plugins: &Plugins| Ok(plugins.store.list().iter().map(|found| plugins.status(found)).collect());
        Box::pin(self.on_disk(all))
    }

    fn install(&self, source: PluginSource, update: Option<String>) -> BoxFuture<'_, Result<PluginStatus, Failure>> {
        Box::pin(async move {
            let name = self
                .on_disk(move |plugins| {
                    let found = plugins.store.install(&source, update.as_deref()).map_err(refused)?;
                    Ok(found.name)
                })
                .await?;
            // The old one ran on until the new one was there.
            self.1.end(&name).await;
            self.renew(name.clone()).await?;
            self.one(name).await
        })
    }

    fn set_enabled(&self, name: String, enabled: bool) -> BoxFuture<'_, Result<PluginStatus, Failure>> {
        Box::pin(async move {
            let of = name.clone();
            self.on_disk(move |plugins| {
                let found = plugins.store.find(&of).map_err(refused)?;
                if enabled {
                    found
                        .manifest
                        .map_err(|problem| Failure::new(ErrorCode::BadRequest, problem))?;
                }
                plugins.store.set_enabled(&of, enabled).map_err(refused)
            })
            .await?;
            self.1.end(&name).await;
            self.renew(name.clone()).await?;
            self.one(name).await
        })
    }

    fn remove(&self, name: String) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async move {
            let of = name.clone();
            self.on_disk(move |plugins| plugins.store.remove(&of).map_err(refused))
                .await?;
            self.1.end(&name).await;
            self.0.plugins_changed().await
        })
    }
}
