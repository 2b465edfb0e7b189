package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/kio/kioutil"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// packageFile makes a folder a package.
const packageFile = "Kptfile"

var files = append([]string{packageFile}, kio.MatchAll...)

// pipeline is what a render runs.
type pipeline struct {
	Pipeline struct {
		Mutators []struct {
			Exec       string `yaml:"exec"`
			ConfigPath string `yaml:"configPath"`
		} `yaml:"mutators"`
	} `yaml:"pipeline"`
}

func writer(folder string) *kio.LocalPackageReadWriter {
	return &kio.LocalPackageReadWriter{
		PackagePath:        folder,
		MatchFilesGlob:     files,
		PreserveSeqIndent:  true,
		PackageFileName:    packageFile,
		IncludeSubpackages: true,
		WrapBareSeqNode:    true,
	}
}

// eval runs one program on everything in a folder. A config that lies in the folder is not given among the resources.
func eval(folder, program, configFile string) error {
	there, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	files := writer(there)
	nodes, err := files.Read()
	if err != nil {
		return err
	}
	var config *yaml.RNode
	var kept, input []*yaml.RNode
	if configFile != "" {
		text, err := os.ReadFile(configFile)
		if err != nil {
			return err
		}
		read, err := (&kio.ByteReader{Reader: bytes.NewReader(text), PreserveSeqIndent: true, DisableUnwrapping: true}).Read()
		if err != nil {
			return err
		}
		if len(read) != 1 {
			return errors.New(configFile + " holds more than one config")
		}
		config = read[0]
		if configFile, err = filepath.Abs(configFile); err != nil {
			return err
		}
	}
	for _, node := range nodes {
		if file, _, _ := kioutil.GetFileAnnotations(node); filepath.Join(there, file) == configFile {
			kept = append(kept, node)
		} else {
			input = append(input, node)
		}
	}
	output, err := call(program, config, input, "")
	if err != nil {
		return err
	}
	return files.Write(append(output, kept...))
}

// render runs the pipelines of a package and of those within it, the innermost first; all or nothing is written.
func render(folder string) error {
	root, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	read := map[string]bool{}
	nodes, err := hydrate(root, read)
	if err != nil {
		return err
	}
	for _, node := range nodes {
		file, _, err := kioutil.GetFileAnnotations(node)
		if err != nil {
			return err
		}
		file, err = filepath.Rel(root, filepath.Join(node.GetAnnotations()[packageOf], file))
		if err != nil {
			return err
		}
		for _, key := range []string{kioutil.PathAnnotation, kioutil.LegacyPathAnnotation} {
			if err := node.PipeE(yaml.SetAnnotation(key, file)); err != nil {
				return err
			}
		}
		if err := node.PipeE(yaml.ClearAnnotation(packageOf)); err != nil {
			return err
		}
		delete(read, filepath.Join(root, file))
	}
	if err := writer(root).Write(nodes); err != nil {
		return err
	}
	for file := range read {
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	return nil
}

// hydrate gives the resources of a package and of those within it; `read` learns the files that they came from.
func hydrate(folder string, read map[string]bool) ([]*yaml.RNode, error) {
	var nodes []*yaml.RNode
	within, err := packagesIn(folder)
	if err != nil {
		return nil, err
	}
	for _, inner := range within {
		found, err := hydrate(inner, read)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, found...)
	}
	own, err := kio.LocalPackageReader{
		PackagePath:       folder,
		PackageFileName:   packageFile,
		MatchFilesGlob:    files,
		PreserveSeqIndent: true,
		WrapBareSeqNode:   true,
		SetAnnotations:    map[string]string{packageOf: folder},
	}.Read()
	if err != nil {
		return nil, err
	}
	for _, node := range own {
		file, _, _ := kioutil.GetFileAnnotations(node)
		read[filepath.Join(folder, file)] = true
	}
	nodes = append(nodes, own...)
	text, err := os.ReadFile(filepath.Join(folder, packageFile))
	if err != nil {
		return nil, err
	}
	var wanted pipeline
	if err := yaml.Unmarshal(text, &wanted); err != nil {
		return nil, err
	}
	for _, function := range wanted.Pipeline.Mutators {
		// the config as the functions before have left it; it stays among the resources
		var config *yaml.RNode
		for _, node := range nodes {
			file, _, _ := kioutil.GetFileAnnotations(node)
			if file == function.ConfigPath && node.GetAnnotations()[packageOf] == folder {
				config = node
			}
		}
		if nodes, err = call(function.Exec, config, nodes, folder); err != nil {
			return nil, err
		}
	}
	return nodes, nil
}

// packagesIn finds the packages within a package, and not those within these.
func packagesIn(folder string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(folder, func(at string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() || at == folder {
			return err
		}
		if _, err := os.Stat(filepath.Join(at, packageFile)); err == nil {
			found = append(found, at)
			return fs.SkipDir
		}
		return nil
	})
	return found, err
}
