//! How many connections each address has open, so that one cannot take the places of all.

use crate::access::address_of;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub(crate) struct Crowd {
    most: usize,
    open: Mutex<HashMap<String, usize>>,
}

/// One of them, while it is open.
pub(crate) struct Place {
    crowd: Arc<Crowd>,
    address: String,
}

impl Crowd {
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            open: Mutex::default(),
        })
    }

    /// `None`: this address has as many as there may be.
    pub fn enter(self: &Arc<Self>, ip: IpAddr) -> Option<Place> {
        let address = address_of(ip);
        let mut open = self.open();
        let count = open.entry(address.clone()).or_insert(0);
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Place {
            crowd: Arc::clone(self),
            address,
        })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.crowd.open();
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn each_address_has_its_places_and_gives_them_back() {
        let crowd = Crowd::new(2);
        let enter = |text: &str| crowd.enter(text.parse().unwrap());
        let (one, two) = (enter("10.0.0.7"), enter("10.0.0.7"));
        assert!(one.is_some() && two.is_some() && enter("10.0.0.7").is_none());
        assert!(enter("10.0.0.8").is_some());
        drop(one);
        assert!(enter("::ffff:10.0.0.7").is_some());
        drop(two);
        assert!(crowd.open().is_empty());
    }
}
