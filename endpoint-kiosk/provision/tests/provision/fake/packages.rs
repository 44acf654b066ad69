//! Android's package manager, as far as it is asked.

use super::{
    shell::{Answer, said},
    world::{KIOSK, LAUNCHER, World},
};

pub fn packages(world: &mut World, words: &[&str]) -> Answer {
    match *words {
        ["list", "packages", "-d", part] => listed(world, part, true),
        ["list", "packages"] => listed(world, "", false),
        ["list", "packages", part] => listed(world, part, false),
        ["path", package] if world.apps.contains_key(package) => {
            said(format!("package:/data/app/{package}-1/base.apk\n"))
        }
        ["path", _] => (String::new(), 1),
        ["install", "-r", path] => install(world, path),
        ["uninstall", package] => {
            if world.owner.as_ref().is_some_and(|owner| owner.starts_with(package)) {
                return ("Failure [DELETE_FAILED_DEVICE_POLICY_MANAGER]\n".to_owned(), 1);
            }
            if world.home.starts_with(package) {
                LAUNCHER.clone_into(&mut world.home);
            }
            world.exempt.remove(package);
            match world.apps.remove(package) {
                Some(_) => said("Success\n"),
                None => ("Failure [DELETE_FAILED_INTERNAL_ERROR]\n".to_owned(), 1),
            }
        }
        ["clear", package] => {
            let app = world.apps.get_mut(package).unwrap();
            app.setup.clear();
            app.granted.clear();
            said("Success\n")
        }
        ["grant" | "revoke", package, permission] => match world.apps.get_mut(package) {
            Some(app) if words[0] == "grant" => {
                app.granted.insert(permission.to_owned());
                said("")
            }
            Some(app) => {
                app.granted.remove(permission);
                said("")
            }
            None => (format!("Exception occurred: Unknown package: {package}\n"), 255),
        },
        ["disable-user", "--user", "0", package] => disable(world, package, true),
        ["enable", package] => disable(world, package, false),
        _ => ("Error: unknown command\n".to_owned(), 1),
    }
}

fn listed(world: &World, part: &str, disabled: bool) -> Answer {
    let found = world
        .apps
        .iter()
        .filter(|(name, app)| name.contains(part) && (app.disabled || !disabled));
    said(found.map(|(name, _)| format!("package:{name}\n")).collect::<String>())
}

fn disable(world: &mut World, package: &str, disabled: bool) -> Answer {
    let Some(app) = world.apps.get_mut(package) else {
        return (format!("Exception occurred: Unknown package: {package}\n"), 255);
    };
    app.disabled = disabled;
    said(format!(
        "Package {package} new state: {}\n",
        if disabled { "disabled-user" } else { "enabled" }
    ))
}

fn install(world: &mut World, path: &str) -> Answer {
    let Some(apk) = world.files.get(path).cloned() else {
        return (format!("Error: failed to open {path}\n"), 1);
    };
    if world.full {
        return ("Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE]\n".to_owned(), 1);
    }
    // The signer, as Android keeps it: an update must be by the same.
    let signer = |apk: &[u8]| rosie_kiosk::apk::Apk::check(apk.to_vec()).unwrap().signer;
    let before = world.apps.get(KIOSK);
    if before.is_some_and(|before| signer(&before.apk) != signer(&apk)) {
        return (
            "Failure [INSTALL_FAILED_UPDATE_INCOMPATIBLE: signatures do not match]\n".to_owned(),
            1,
        );
    }
    let app = world.apps.entry(KIOSK.to_owned()).or_default();
    app.apk = apk;
    app.old = false;
    said("Success\n")
}

pub fn home(world: &mut World, words: &[&str]) -> Answer {
    match *words {
        // Android shortens a class that is named after its package.
        ["resolve-activity", ..] if world.sdk >= 24 => {
            let (package, class) = world.home.split_once('/').unwrap();
            let class = class.strip_prefix(package).unwrap_or(class);
            said(format!(
                "priority=0 preferredOrder=0 match=0x108000\n{package}/{class}\n"
            ))
        }
        ["query-activities", ..] if world.sdk >= 24 => {
            let fully = world.apps.contains_key("de.ozerov.fully");
            let fully = if fully { "  de.ozerov.fully/.MainActivity\n" } else { "" };
            said(format!(
                "2 activities found:\n  com.android.launcher3/.Launcher\n{fully}"
            ))
        }
        ["set-home-activity", component] => {
            let package = component.split('/').next().unwrap();
            if !world.apps.contains_key(package) {
                return ("Failure\n".to_owned(), 1);
            }
            component.clone_into(&mut world.home);
            said("Success\n")
        }
        _ => ("Error: unknown command\n".to_owned(), 255),
    }
}
