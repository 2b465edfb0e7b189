package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	kubeyaml "k8s.io/apimachinery/pkg/util/yaml"
	sigsyaml "sigs.k8s.io/yaml"
)

// argocd reads a plugin's stdout as Argo CD does: its config management server splits it into documents and makes JSON
// of each, its repo server splits each of these once more and reads the result as YAML.
func argocd(text []byte) (out any) {
	defer refusedByPanic(&out)
	manifests, err := split(text)
	if err != nil {
		return map[string]any{"refused": err.Error()}
	}
	objects := []any{}
	for _, manifest := range manifests {
		again, err := split(manifest)
		if err != nil {
			return map[string]any{"refused": err.Error()}
		}
		for _, raw := range again {
			converted, err := sigsyaml.YAMLToJSON(raw)
			if err != nil {
				return map[string]any{"refused": err.Error()}
			}
			objects = append(objects, json.RawMessage(converted))
		}
	}
	return map[string]any{"objects": objects}
}

// raw keeps the JSON of a document, as a RawExtension of the API machinery does.
type raw struct{ text []byte }

// UnmarshalJSON keeps the text.
func (r *raw) UnmarshalJSON(text []byte) error {
	r.text = bytes.Clone(text)
	return nil
}

// split is how Argo CD cuts a stream: documents that say nothing are left out.
func split(text []byte) ([][]byte, error) {
	decoder := kubeyaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	var documents [][]byte
	for {
		one := raw{}
		if err := decoder.Decode(&one); errors.Is(err, io.EOF) {
			return documents, nil
		} else if err != nil {
			return nil, err
		}
		one.text = bytes.TrimSpace(one.text)
		if len(one.text) == 0 || bytes.Equal(one.text, []byte("null")) {
			continue
		}
		documents = append(documents, one.text)
	}
}
