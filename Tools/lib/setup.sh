# Sourced by the other tools: what they need from the machine, and how they build. Not run by itself.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Debian packages. SQLite is the only library of the system that the archive links.
run_packages=(libsqlite3-0 libsqlite3-dev)
test_packages=(openssl python3-cryptography python3-jsonschema)

swift_least_major=6
swift_least_minor=2

# One configuration for everything, so that the tests run what is shipped and nothing is compiled twice.
build_flags=(-c release)

heading() {
    printf '\n== %s\n' "$*"
}

# Says what is wrong, in Chinese and in English, and stops.
stop() {
    printf '\n错误：%s\nError: %s\n' "$1" "$2" >&2
    exit 1
}

require_swift() {
    command -v swift >/dev/null 2>&1 || stop \
        "没有找到 Swift。请先安装 Swift $swift_least_major.$swift_least_minor 或更新的版本（https://www.swift.org/install/linux/），并把它加入 PATH。" \
        "Swift was not found. Install Swift $swift_least_major.$swift_least_minor or newer (https://www.swift.org/install/linux/) and put it on PATH."
    local version
    version=$(swift --version 2>/dev/null || true)
    if [[ ! $version =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]]; then
        stop "无法读出 Swift 的版本：${version:-swift --version 没有输出}" \
            "The version of Swift could not be read: ${version:-swift --version printed nothing}"
    fi
    local major=${BASH_REMATCH[1]} minor=${BASH_REMATCH[2]}
    if ((major < swift_least_major || (major == swift_least_major && minor < swift_least_minor))); then
        stop "Swift 版本过低：现为 $major.$minor，需要 $swift_least_major.$swift_least_minor 或更新。" \
            "Swift is too old: this is $major.$minor, $swift_least_major.$swift_least_minor or newer is needed."
    fi
    printf 'Swift %s.%s\n' "$major" "$minor"
}

package_is_installed() {
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# Installs those of the named Debian packages that are missing.
require_packages() {
    if ! command -v dpkg-query >/dev/null 2>&1; then
        printf '不是 Debian 系统，请自行确认已有：%s\nNot a Debian system; make sure that it has: %s\n' "$*" "$*"
        return
    fi
    local missing=() package
    for package in "$@"; do
        package_is_installed "$package" || missing+=("$package")
    done
    if ((${#missing[@]} == 0)); then
        printf '系统软件包齐全 All packages are installed: %s\n' "$*"
        return
    fi
    if ((EUID != 0)); then
        stop "缺少系统软件包，且当前用户不是 root。请运行：sudo apt-get update && sudo apt-get install -y ${missing[*]}" \
            "System packages are missing and you are not root. Run: sudo apt-get update && sudo apt-get install -y ${missing[*]}"
    fi
    printf '正在安装 Installing: %s\n' "${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    if ! run_quietly apt-get update -q || ! run_quietly apt-get install -y -q --no-install-recommends "${missing[@]}"; then
        stop "软件包安装失败，原因见上。" "The packages could not be installed; the reason stands above."
    fi
}

# Runs a command; shows its output only if it fails.
run_quietly() {
    local log code=0
    log=$(mktemp)
    "$@" >"$log" 2>&1 </dev/null || code=$?
    ((code == 0)) || cat "$log" >&2
    rm -f "$log"
    return "$code"
}

# Builds with the shared flags: every line of it on a terminal, otherwise only what went wrong.
swift_build() {
    if [[ -t 1 ]]; then
        swift build --package-path "$root" "${build_flags[@]}" "$@"
    else
        run_quietly swift build --package-path "$root" "${build_flags[@]}" "$@"
    fi
}

# The folder of the built executables.
bin_path() {
    swift build --package-path "$root" "${build_flags[@]}" --show-bin-path
}
