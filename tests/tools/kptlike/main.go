// Command kptlike runs functions over a package as kpt does, with the library that kpt does it with.
//
// kpt itself cannot be had from a package registry. What it does around a function is little: kyaml reads the files
// into a ResourceList, kyaml runs the function, kpt looks at what came back, kyaml writes the files. Only what kpt looks
// at is written down here once more (pkg/fn/runtime/runner.go and pkg/lib/kptops of kpt 1.0.0-beta.67).
//
//	kptlike eval DIR PROGRAM [CONFIG]   like kpt fn eval DIR --exec PROGRAM [--fn-config CONFIG]
//	kptlike render DIR                  like kpt fn render DIR --allow-exec
package main

import (
	"errors"
	"fmt"
	"os"
)

// version is printed for the installer, which compares it with its table.
const version = "v1.0.0"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "kptlike:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	switch {
	case len(arguments) == 1 && arguments[0] == "version":
		fmt.Println(version)
		return nil
	case len(arguments) == 2 && arguments[0] == "render":
		return render(arguments[1])
	case len(arguments) == 3 && arguments[0] == "eval":
		return eval(arguments[1], arguments[2], "")
	case len(arguments) == 4 && arguments[0] == "eval":
		return eval(arguments[1], arguments[2], arguments[3])
	}
	return errors.New("usage: kptlike eval DIR PROGRAM [CONFIG] | kptlike render DIR")
}
