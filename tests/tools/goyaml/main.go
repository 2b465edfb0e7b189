// Command goyaml says how Go's YAML libraries read a text: the judge of the tests about YAML.
//
// Everything that takes a manifest from us (kubectl, Helm, kustomize, Argo CD, the API server) reads it with one of
// these three. It runs as long as its stdin is open: each request is a line "MODE LENGTH" and LENGTH bytes, each
// answer is one line of JSON. MODE is "read" (what the three readers make of it), "nodes" (the tree of v3), "argocd"
// (the objects that Argo CD gets from a plugin that prints it) or "health" (what a check of Argo CD says of an object).
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// version is printed for the installer, which compares it with its table.
const version = "v1.2.0"

func main() {
	if len(os.Args) > 1 && os.Args[1] == "version" {
		fmt.Println(version)
		return
	}
	if err := serve(bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)); err != nil {
		fmt.Fprintln(os.Stderr, "goyaml:", err)
		os.Exit(1)
	}
}

func serve(in *bufio.Reader, out *bufio.Writer) error {
	for {
		var mode string
		var length int
		if _, err := fmt.Fscanf(in, "%s %d\n", &mode, &length); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		text := make([]byte, length)
		if _, err := io.ReadFull(in, text); err != nil {
			return err
		}
		answer, err := answer(mode, text)
		if err != nil {
			return err
		}
		line, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		out.Write(line)
		out.WriteByte('\n')
		if err := out.Flush(); err != nil {
			return err
		}
	}
}

func answer(mode string, text []byte) (any, error) {
	switch mode {
	case "read":
		return map[string]any{"sigs": sigs(text), "v2": v2(text), "v3": v3(text)}, nil
	case "nodes":
		return nodes(text), nil
	case "health":
		return health(text), nil
	case "argocd":
		return argocd(text), nil
	}
	return nil, fmt.Errorf("unknown mode %q", mode)
}
