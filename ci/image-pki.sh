#!/usr/bin/env bash
# image-pki.sh FOLDER: keys for signing updates, made once and never overwritten. ca.pem goes into every image; whoever has
# release.key makes updates that every box of that image takes, so the folder belongs on a machine that is not for everybody.
set -euo pipefail
folder=${1:?the folder for the keys}
if [ -e "$folder/ca.pem" ]; then
    echo "pki: $folder is there already; nothing was changed"
    exit 0
fi
umask 077
mkdir -p "$folder"
cd "$folder"
[ ! -e ca.key ] || { echo "pki: $folder has a ca.key and no ca.pem: move it away first" >&2; exit 1; }
openssl req -x509 -newkey rsa:4096 -nodes -keyout ca.key -out ca.pem.new -days 10950 -sha256 \
    -subj "/O=Rosie/CN=Rosie update root" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
openssl req -newkey rsa:4096 -nodes -keyout release.key -out release.csr -sha256 -subj "/O=Rosie/CN=Rosie release" 2>/dev/null
openssl x509 -req -in release.csr -CA ca.pem.new -CAkey ca.key -CAcreateserial -days 3650 -sha256 -out release.pem \
    -extfile <(printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\n') 2>/dev/null
rm -f release.csr
# Last: a folder with ca.pem is a whole one.
mv ca.pem.new ca.pem
chmod 644 ca.pem release.pem
echo "pki: $folder has ca.pem (into images), ca.key and release.key (keep both away from the network)"
