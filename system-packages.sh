#!/bin/sh
# Installs the system packages that a report needs, where they are missing; says the command where it cannot.
# With `tests` as the second argument also the browser in which the tests open the HTML report; they do without it.
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

browser=""
if [ "${2:-}" = tests ]; then
    browser="chromium"
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null 2>&1 && browser=""
    done
    command -v apt-get >/dev/null 2>&1 || browser=""
fi

[ -n "$wanted$browser" ] || exit 0

if [ -n "$wanted" ] && ! command -v apt-get >/dev/null 2>&1; then
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
        echo "本机缺少系统组件，且没有安装权限。请由管理员运行：apt-get install -y$wanted $browser" >&2
        [ -z "$wanted" ] || exit 1
        exit 0
    fi
    as_root="sudo"
fi
install() {
    echo "正在安装系统组件：$*"
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}
$as_root apt-get update -qq || [ -z "$wanted" ]
# shellcheck disable=SC2086  # one word a package
[ -z "$wanted" ] || install $wanted
[ -z "$browser" ] || install "$browser" || echo "没有装上浏览器 $browser，需要浏览器的测试将跳过。" >&2
