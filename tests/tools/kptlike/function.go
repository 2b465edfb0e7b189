package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/fn/runtime/runtimeutil"
	"sigs.k8s.io/kustomize/kyaml/kio/kioutil"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// packageOf says to which of several nested packages a resource belongs, during a render alone.
const packageOf = "internal.config.kubernetes.io/package-path"

// call runs one function on resources. It inherits folder and environment, as a function of kpt does.
func call(program string, config *yaml.RNode, input []*yaml.RNode, owner string) ([]*yaml.RNode, error) {
	if err := allResources(input); err != nil {
		return nil, fmt.Errorf("what a function gets: %w", err)
	}
	words := strings.Fields(program)
	filter := &runtimeutil.FunctionFilter{
		FunctionConfig: config,
		GlobalScope:    true,
		Run: func(in io.Reader, out io.Writer) error {
			child := exec.Command(words[0], words[1:]...)
			child.Stdin, child.Stdout, child.Stderr = in, out, os.Stderr
			return child.Run()
		},
	}
	output, err := filter.Filter(input)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", program, err)
	}
	if owner != "" {
		for _, node := range output {
			if node.GetAnnotations()[packageOf] == "" {
				if err := node.PipeE(yaml.SetAnnotation(packageOf, owner)); err != nil {
					return nil, err
				}
			}
		}
	}
	if err := ownPlaces(output); err != nil {
		return nil, err
	}
	return output, allResources(output)
}

// allResources says no to what has no kind and name; kustomizations have none.
func allResources(nodes []*yaml.RNode) error {
	for _, node := range nodes {
		file, _, err := kioutil.GetFileAnnotations(node)
		if err != nil {
			return err
		}
		if base := path.Base(file); base == "kustomization.yaml" || base == "kustomization.yml" {
			continue
		}
		if node.GetApiVersion() == "" || node.GetKind() == "" || node.GetName() == "" {
			return fmt.Errorf("%s: a resource has an apiVersion, a kind and a name", file)
		}
	}
	return nil
}

// ownPlaces says no to two resources in one place, and to places outside of the package.
func ownPlaces(nodes []*yaml.RNode) error {
	taken := map[string]bool{}
	for _, node := range nodes {
		file, index, err := kioutil.GetFileAnnotations(node)
		if err != nil {
			return err
		}
		file = path.Clean(file)
		if strings.HasPrefix(file, "../") || path.IsAbs(file) {
			return fmt.Errorf("%s lies outside of the package", file)
		}
		place := node.GetAnnotations()[packageOf] + "\n" + file + "\n" + index
		if taken[place] {
			return fmt.Errorf("%s has two resources at index %s", file, index)
		}
		taken[place] = true
	}
	return nil
}
