// Command kptlike runs functions over a package as kpt does, with the library that kpt does it with.
//
// kpt itself cannot be had from a package registry. What it does around a function is little: kyaml reads the files
// into a ResourceList, kyaml runs the function, kpt looks at what came back, kyaml writes the files. Only what kpt looks
// at is written down here once more (pkg/fn/runtime/runner.go and pkg/lib/kptops of kpt 1.0.0-beta.67).
//
//	kptlike fn eval [DIR] --exec PROGRAM [--fn-config FILE]
//	kptlike fn render [DIR] --allow-exec
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
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
	if len(arguments) == 1 && arguments[0] == "version" {
		fmt.Println(version)
		return nil
	}
	if len(arguments) < 2 || arguments[0] != "fn" {
		return errors.New("only `fn eval` and `fn render` are here")
	}
	verb, rest, folder := arguments[1], arguments[2:], "."
	if len(rest) > 0 && !strings.HasPrefix(rest[0], "-") {
		folder, rest = rest[0], rest[1:]
	}
	flags := flag.NewFlagSet(verb, flag.ContinueOnError)
	program := flags.String("exec", "", "")
	config := flags.String("fn-config", "", "")
	allowed := flags.Bool("allow-exec", false, "")
	if err := flags.Parse(rest); err != nil {
		return err
	}
	switch {
	case flags.NArg() > 0:
		return errors.New("the folder stands before the flags")
	case verb == "eval" && *program != "":
		return eval(folder, *program, *config)
	case verb == "render" && *allowed:
		return render(folder)
	}
	return errors.New("say `fn eval --exec PROGRAM` or `fn render --allow-exec`")
}
