#!/bin/sh
# Finds a Chromium, or installs one where that needs no question; else says what to type.
for name in chromium chromium-browser google-chrome google-chrome-stable chrome; do
  command -v "$name" > /dev/null && exit 0
done
[ -n "$BROWSER_PATH" ] && [ -x "$BROWSER_PATH" ] && exit 0
if command -v apt-get > /dev/null; then
  if [ "$(id -u)" = 0 ]; then root=""; elif sudo -n true 2> /dev/null; then root="sudo -n"; else root=no; fi
  if [ "$root" != no ]; then
    $root apt-get update -qq && $root apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core > /dev/null && exit 0
  fi
fi
echo "The tests and the drawing of figures need Chromium, and none was found." >&2
echo "Debian, Ubuntu: sudo apt-get install chromium    Fedora: sudo dnf install chromium    macOS: brew install --cask chromium" >&2
echo "or set BROWSER_PATH to one." >&2
exit 1
