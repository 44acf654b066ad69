#!/usr/bin/env bash
# The kiosk app (endpoint-kiosk/android): `build` makes the APK and says where it is, `test` runs its tests, builds it twice
# and looks at what came out. Without Gradle: javac, dx, aapt, zipalign, apksigner; jars by endpoint-kiosk/android/jars.lock.
set -euo pipefail

here="$PWD/endpoint-kiosk/android"
cache="$ROSIE_CACHE/kiosk-app"
jars="$cache/jars-$(sha256sum "$here/jars.lock" | cut -c1-12)"
apk="$cache/rosie-kiosk.apk"
# Who signed the app once signs its updates: kept outside the checkout. ROSIE_KIOSK_KEY names another.
key="${ROSIE_KIOSK_KEY:-$cache/key.p12}"
# The file is the secret; a keystore cannot be without a word.
key_word="pass:rosie-kiosk"
# Many classes, each used once: a thorough compiler in Java's machine would cost more than it saves.
quick=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC)
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

die() { echo "kiosk app: $*" >&2 && exit 1; }

# Everything that jars.lock names, each held to its sum. Appears whole or not at all.
fetch() {
    [ -d "$jars" ] && return
    echo "kiosk app: fetching its jars, about 350 MB the first time"
    local part="$jars.part" folder artifact sum group name version
    rm -rf "$part" && mkdir -p "$part"
    {
        echo '<project><modelVersion>4.0.0</modelVersion><groupId>rosie</groupId><artifactId>kiosk</artifactId><version>1</version><build><plugins><plugin>'
        echo '<artifactId>maven-dependency-plugin</artifactId><version>3.6.1</version><configuration><artifactItems>'
        while read -r folder artifact sum; do
            IFS=: read -r group name version <<<"$artifact"
            echo "<artifactItem><groupId>$group</groupId><artifactId>$name</artifactId><version>$version</version><outputDirectory>$part/$folder</outputDirectory></artifactItem>"
        done < <(grep -v '^#' "$here/jars.lock")
        echo '</artifactItems></configuration></plugin></plugins></build></project>'
    } >"$part/pom.xml"
    mvn -q -B -f "$part/pom.xml" -Dmaven.repo.local="$part/repository" org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy ||
        die "the jars could not be fetched (is Maven Central reachable?)"
    while read -r folder artifact sum; do
        IFS=: read -r group name version <<<"$artifact"
        echo "$sum  $part/$folder/$name-$version.jar"
    done < <(grep -v '^#' "$here/jars.lock") | sha256sum --check --quiet || die "a jar is not what jars.lock says"
    rm -rf "$part/repository" "$part/pom.xml"
    mv "$part" "$jars"
}

own_key() {
    [ -s "$key" ] && return
    echo "kiosk app: making the key that it is signed with, $key: keep it, or devices will refuse its updates"
    (umask 077 && mkdir -p "$(dirname "$key")" && keytool -genkeypair -alias kiosk -keyalg RSA -keysize 3072 -validity 12000 \
        -dname "CN=Rosie kiosk" -storetype PKCS12 -keystore "$key.part" -storepass "${key_word#pass:}" 2>/dev/null && mv "$key.part" "$key")
}

# classes OUT: R.java and the app, compiled against Android alone.
classes() {
    mkdir -p "$1/gen" "$1/classes"
    aapt package -m -J "$1/gen" -M "$here/AndroidManifest.xml" -S "$here/res" -I "$platform"
    find "$1/gen" "$here/src" -name '*.java' | LC_ALL=C sort >"$1/sources"
    javac "${quick[@]/#/-J}" --release 8 -encoding UTF-8 -Xlint:all,-options,-path,-classfile -Werror \
        -cp "$(echo "$jars"/app/*.jar | tr ' ' :):$platform" -d "$1/classes" "@$1/sources"
}

# build OUT: the same bytes for the same sources, key and tools: entries sorted, of one time.
build() {
    classes "$1"
    (cd "$1/classes" && find . -name '*.class' | LC_ALL=C sort >../names)
    (cd "$1/classes" && java "${quick[@]}" -cp "$dx" com.android.dx.command.Main --dex --min-sdk-version=23 --output="$1/classes.dex" \
        --input-list=../names "$jars"/app/*.jar)
    aapt package -f -F "$1/resources.zip" -M "$here/AndroidManifest.xml" -S "$here/res" -I "$platform"
    python3 - "$1/resources.zip" "$1/classes.dex" "$1/plain.apk" <<'PYTHON'
import sys, zipfile
resources, dex, out = sys.argv[1:]
with zipfile.ZipFile(resources) as made:
    entries = {name: made.read(name) for name in made.namelist()}
entries["classes.dex"] = open(dex, "rb").read()
with zipfile.ZipFile(out, "w") as apk:
    for name in sorted(entries):
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        # Android maps the table of resources into memory as it lies in the file.
        info.compress_type = zipfile.ZIP_STORED if name == "resources.arsc" else zipfile.ZIP_DEFLATED
        apk.writestr(info, entries[name])
PYTHON
    zipalign -f -p 4 "$1/plain.apk" "$1/aligned.apk"
    apksigner sign --ks "$key" --ks-key-alias kiosk --ks-pass "$key_word" --min-sdk-version 23 --v4-signing-enabled false \
        --out "$1/rosie-kiosk.apk" "$1/aligned.apk"
}

# What the system will be told of the app, and nothing else.
check() {
    local told wanted permissions
    told="$(aapt dump badging "$1")"
    for wanted in "package: name='house.rosie.kiosk'" "sdkVersion:'23'" "targetSdkVersion:'30'" "launchable-activity: name='house.rosie.kiosk.MainActivity'"; do
        grep -qF "$wanted" <<<"$told" || die "the APK does not say $wanted"
    done
    permissions="$(sed -n "s/^uses-permission: name='android.permission.\([A-Z_]*\)'.*/\1/p" <<<"$told" | LC_ALL=C sort | tr '\n' ' ')"
    [ "$permissions" = "FOREGROUND_SERVICE INTERNET MODIFY_AUDIO_SETTINGS RECEIVE_BOOT_COMPLETED RECORD_AUDIO WAKE_LOCK " ] ||
        die "the APK asks for these permissions: $permissions"
    for wanted in de es fr; do
        grep -q "^application-label-$wanted:" <<<"$told" || die "the APK does not speak $wanted"
    done
    zipalign -c -p 4 "$1" || die "the APK is not aligned"
    # Android 6 knows the first scheme alone.
    told="$(apksigner verify --verbose --min-sdk-version 23 "$1")" || die "the APK is not signed as it should be"
    for wanted in "v1 scheme (JAR signing): true" "v2 scheme (APK Signature Scheme v2): true"; do
        grep -qF "$wanted" <<<"$told" || die "the APK lacks a signature: $told"
    done
}

test_app() {
    classes "$work/app"
    mkdir -p "$work/test"
    local path
    path="$(echo "$jars"/app/*.jar "$jars"/test/*.jar | tr ' ' :)"
    find "$here/test" -name '*.java' >"$work/tests"
    javac "${quick[@]/#/-J}" -encoding UTF-8 -Xlint:all,-options,-path,-classfile,-processing -Werror \
        -cp "$work/app/classes:$path:$platform" -d "$work/test" "@$work/tests"
    # Robolectric finds the app's resources as a build of Gradle's would tell it.
    mkdir -p "$work/test/com/android/tools"
    aapt package -f -F "$work/resources.ap_" -M "$here/AndroidManifest.xml" -S "$here/res" -I "$platform"
    printf '%s\n' "android_merged_manifest=$here/AndroidManifest.xml" "android_merged_resources=$here/res" \
        "android_resource_apk=$work/resources.ap_" "android_custom_package=house.rosie.kiosk" >"$work/test/com/android/tools/test_config.properties"
    local names=() without='^$'
    if ! [ -x "$ROSIED" ]; then
        echo "kiosk app: not tried against the daemon, which is not built: $ROSIED"
        without='RosiedTest$'
    fi
    mapfile -t names < <(cd "$here/test" && find house -name '*Test.java' | LC_ALL=C sort | sed 's/\.java$//; s#/#.#g' | grep -v "$without")
    java "${quick[@]}" -Xmx1g -Drobolectric.offline=true -Drobolectric.dependency.dir="$jars/sdk" -Drobolectric.logging=stderr \
        -cp "$work/app/classes:$work/test:$path:$platform" org.junit.runner.JUnitCore "${names[@]}"
}

fetch
platform="$(echo "$jars"/platform/*.jar)"
dx="$(echo "$jars"/dx/*.jar)"
case "${1:-}" in
build)
    own_key
    build "$work"
    check "$work/rosie-kiosk.apk"
    # What rosie-kiosk compares an APK with: the certificate of the key itself.
    keytool -exportcert -alias kiosk -keystore "$key" -storepass "${key_word#pass:}" 2>/dev/null | sha256sum | cut -d' ' -f1 >"$work/signer.sha256"
    mv "$work/signer.sha256" "$cache/signer.sha256"
    mv "$work/rosie-kiosk.apk" "$apk"
    echo "$apk"
    ;;
test)
    test_app
    own_key
    mkdir "$work/one" "$work/two"
    build "$work/one"
    build "$work/two"
    cmp "$work/one/rosie-kiosk.apk" "$work/two/rosie-kiosk.apk" || die "built twice, it is not the same"
    check "$work/one/rosie-kiosk.apk"
    echo "kiosk app: $(stat -c %s "$work/one/rosie-kiosk.apk") bytes, built twice the same, permissions and signatures as they should be"
    ;;
*) die "build or test" ;;
esac
