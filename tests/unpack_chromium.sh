#!/bin/sh
# Unpacks Debian's Chromium, and the libraries it needs that are not installed, into the folder given, by default
# .chromium. Nothing is installed, no root is needed. Tests of the map use FOLDER/chromium.
#
#     sh tests/unpack_chromium.sh [FOLDER]
set -eu
folder=${1:-.chromium}

for program in apt-get dpkg-deb sha256sum; do
    command -v "$program" >/dev/null || {
        echo "Chromium can be unpacked on Debian alone: there is no $program (elsewhere: install chromium)" >&2
        exit 1
    }
done
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
temporary=$(mktemp -d "$folder/.unpack-XXXXXX")
trap 'rm -rf "$temporary"' EXIT
cd "$temporary"

# Lists and archives of our own: those of the system belong to root. What counts as installed is what the system has,
# but for Chromium itself.
mkdir -p lists/partial archives/partial root
sed '/^Package: chromium\(-common\)\{0,1\}$/,/^$/d' /var/lib/dpkg/status >status
own="-o Dir::State::Lists=$temporary/lists -o Dir::State::status=$temporary/status -o Dir::Cache=$temporary
    -o Debug::NoLocking=1 -o APT::Sandbox::User=root"
# shellcheck disable=SC2086 # options are words
apt-get $own update >apt.log 2>&1 || {
    tail -n 5 apt.log >&2
    exit 1
}
# Dpkg itself is never run: what is downloaded is unpacked below. One font, so that text has a width everywhere.
# shellcheck disable=SC2086
apt-get $own install --yes --no-install-recommends --download-only chromium fonts-dejavu-core >>apt.log 2>&1 || {
    tail -n 5 apt.log >&2
    exit 1
}
for package in archives/*.deb; do
    dpkg-deb -x "$package" root
done

rm -rf "$folder/root"
mv root "$folder/root"
libraries=$(find "$folder/root" \( -name 'lib*.so' -o -name 'lib*.so.[0-9]*' \) -exec dirname {} \; | sort -u | tr '\n' ':')
cat >"$folder/fonts.conf" <<FONTS
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>/usr/share/fonts</dir>
<dir>$folder/root/usr/share/fonts</dir>
<cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
FONTS
cat >"$folder/chromium" <<RUN
#!/bin/sh
export LD_LIBRARY_PATH="${libraries%:}\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
export FONTCONFIG_FILE="$folder/fonts.conf"
exec "$folder/root/usr/lib/chromium/chromium" "\$@"
RUN
chmod +x "$folder/chromium"
"$folder/chromium" --version
