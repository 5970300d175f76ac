#!/bin/sh
# Installs the system packages that a report needs, where they are missing; says the command where it cannot.
set -eu

wanted=""
has_library() {
    for file in /usr/lib/*/"$1"* /usr/lib/"$1"* /usr/local/lib/"$1"*; do [ -e "$file" ] && return 0; done
    return 1
}
has_library libpango-1.0.so.0 || wanted="$wanted libpango-1.0-0"
has_library libpangoft2-1.0.so.0 || wanted="$wanted libpangoft2-1.0-0"
has_library libharfbuzz-subset.so.0 || wanted="$wanted libharfbuzz-subset0"
has_font() {
    for file in /usr/share/fonts/*/*/NotoSansCJK*-"$1".* /usr/share/fonts/*/NotoSansCJK*-"$1".*; do
        [ -e "$file" ] && return 0
    done
    return 1
}
{ has_font Regular && has_font Bold; } || wanted="$wanted fonts-noto-cjk"
"$1" -c 'import ensurepip, venv' >/dev/null 2>&1 || wanted="$wanted python3-venv"

[ -n "$wanted" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "本机缺少系统组件：$wanted。请用本机的软件包管理器安装后重新运行，例如：" >&2
    if command -v dnf >/dev/null 2>&1; then
        echo "    sudo dnf install pango harfbuzz google-noto-sans-cjk-fonts" >&2
    elif command -v brew >/dev/null 2>&1; then
        echo "    brew install pango harfbuzz && brew install --cask font-noto-sans-cjk" >&2
    else
        echo "    Pango, HarfBuzz (subset), Noto Sans CJK" >&2
    fi
    exit 1
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "本机缺少系统组件，且没有安装权限。请由管理员运行：apt-get install -y$wanted" >&2
        exit 1
    fi
    as_root="sudo"
fi
echo "正在安装系统组件：$wanted"
$as_root apt-get update -qq
# shellcheck disable=SC2086  # one word a package
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted
