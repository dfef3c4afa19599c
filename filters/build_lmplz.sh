#!/bin/sh
# Builds KenLM's lmplz and build_binary from its source distribution on PyPI, into the folder given, by default .lmplz.
#
#     sh filters/build_lmplz.sh [FOLDER] [PYTHON]
#
# The version is the one of the Python package kenlm in requirements.txt. Nothing is installed, no root is needed: where
# Boost is missing on Debian, its packages are unpacked beside the build, and go with it.
set -eu
folder=${1:-.lmplz}
python=${2:-python3}
top=$(cd "$(dirname "$0")/.." && pwd)
version=$(sed -n 's/^kenlm==//p' "$top/requirements.txt")
packages="build-essential cmake libboost-program-options-dev libboost-system-dev libboost-test-dev libboost-thread-dev zlib1g-dev"

missing() {
    echo "$1 is needed to build lmplz (Debian: apt-get install $packages)" >&2
    exit 1
}
case $python in */*) python=$(cd "$(dirname "$python")" && pwd)/$(basename "$python") ;; esac
command -v c++ >/dev/null || missing "A C++ compiler"
command -v cmake >/dev/null || missing "cmake"
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
temporary=$(mktemp -d "$folder/.build-XXXXXX")
trap 'rm -rf "$temporary"' EXIT
cd "$temporary"

has_boost() {
    for header in program_options.hpp system/error_code.hpp test/unit_test.hpp thread.hpp; do
        echo "#include <boost/$header>" | c++ -std=c++11 -I "$temporary/boost/usr/include" -fsyntax-only -x c++ - 2>/dev/null || return 1
    done
}
unpack_boost() {
    mkdir -p lists/partial archives/partial boost
    own="-o Dir::State::Lists=$temporary/lists -o Dir::Cache=$temporary -o APT::Sandbox::User=root"
    # shellcheck disable=SC2086 # options and names are words
    apt-get $own update >apt.log 2>&1 \
        && apt-get $own download $(apt-cache $own depends libboost-dev libboost-program-options-dev libboost-system-dev \
            libboost-test-dev libboost-thread-dev libboost-chrono-dev libboost-atomic-dev libboost-date-time-dev \
            | sed -n 's/^ *Depends: \(libboost.*-dev\)$/\1/p') >>apt.log 2>&1 \
        && for package in *.deb; do dpkg-deb -x "$package" boost; done
}
boost=
has_boost || { command -v apt-get dpkg-deb >/dev/null && unpack_boost && has_boost; } || missing "Boost"
if [ -d boost/usr/include ]; then
    libraries=$(dirname "$(find "$temporary/boost" -name libboost_thread.a)")
    boost="-DBOOST_INCLUDEDIR=$temporary/boost/usr/include -DBOOST_LIBRARYDIR=$libraries -DBoost_NO_BOOST_CMAKE=ON -DBoost_USE_STATIC_LIBS=ON"
fi

"$python" -m pip download --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-binary kenlm "kenlm==$version"
tar xzf "kenlm-$version.tar.gz"
# shellcheck disable=SC2086 # options are words
cmake -S "kenlm-$version" -B build -DCMAKE_BUILD_TYPE=Release -DENABLE_INTERPOLATE=OFF $boost >cmake.log 2>&1 || {
    tail -n 20 cmake.log >&2
    missing "What cmake did not find, named above,"
}
cmake --build build --target lmplz build_binary --parallel 2 >make.log 2>&1 || {
    tail -n 20 make.log >&2
    exit 1
}
mkdir -p "$folder/bin"
mv build/bin/lmplz build/bin/build_binary "$folder/bin/"
echo "kenlm $version" >"$folder/version"
echo "lmplz and build_binary of kenlm $version: $folder/bin"
