package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	yamlv2 "go.yaml.in/yaml/v2"
	yamlv3 "go.yaml.in/yaml/v3"
	sigsyaml "sigs.k8s.io/yaml"
)

// sigs reads the first document as kubectl and the API machinery do; nil when they refuse it.
func sigs(text []byte) (out any) {
	defer refusedByPanic(&out)
	converted, err := sigsyaml.YAMLToJSON(text)
	if err != nil {
		return nil
	}
	return map[string]any{"document": json.RawMessage(converted)}
}

// v2 reads all documents as Helm does; nil when it refuses one of them.
func v2(text []byte) (out any) {
	defer refusedByPanic(&out)
	return documents(yamlv2.NewDecoder(bytes.NewReader(text)).Decode)
}

// v3 reads all documents as kyaml does; nil when it refuses one of them.
func v3(text []byte) (out any) {
	defer refusedByPanic(&out)
	return documents(yamlv3.NewDecoder(bytes.NewReader(text)).Decode)
}

func documents(decode func(any) error) any {
	all := []any{}
	for {
		var one any
		err := decode(&one)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			return nil
		}
		all = append(all, canonical(one))
	}
}

// refusedByPanic: some texts make the libraries panic; a caller of theirs gets no document either.
func refusedByPanic(out *any) {
	if recover() != nil {
		*out = nil
	}
}

// canonical makes a value printable as JSON in which strings, whole numbers and bools are what they seem, and
// everything else is an object with the name of its type as only key, led by "!".
func canonical(value any) any {
	switch value := value.(type) {
	case nil, string, bool:
		return value
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = canonical(item)
		}
		return items
	case map[string]any:
		out := map[string]any{}
		for key, item := range value {
			out[key] = canonical(item)
		}
		return out
	case map[any]any:
		return mapping(value)
	case time.Time:
		return map[string]any{"!time": value.UTC().Format(time.RFC3339Nano)}
	case float64:
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return map[string]any{"!float": fmt.Sprint(value)}
		}
		return map[string]any{"!float": value}
	case int, int64, uint64, uint:
		return map[string]any{"!int": fmt.Sprint(value)}
	}
	return map[string]any{"!" + fmt.Sprintf("%T", value): fmt.Sprint(value)}
}

// mapping: keys that are no strings get the name of their type in front.
func mapping(value map[any]any) any {
	out := map[string]any{}
	for key, item := range value {
		name, ok := key.(string)
		if !ok {
			printed, err := json.Marshal(canonical(key))
			if err != nil {
				printed = []byte(fmt.Sprint(key))
			}
			name = "!key " + string(printed)
		}
		out[name] = canonical(item)
	}
	return out
}

// nodes is the tree of v3, flat and in document order: [depth, kind, value, short tag]; nil when v3 refuses the text
// or finds more than one document. An absent document has no nodes.
func nodes(text []byte) (out any) {
	defer refusedByPanic(&out)
	decoder := yamlv3.NewDecoder(bytes.NewReader(text))
	var document yamlv3.Node
	flat := [][]any{}
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return flat
	} else if err != nil {
		return nil
	}
	var more yamlv3.Node
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return nil
	}
	for _, root := range document.Content {
		flat = appendNode(flat, root, 0)
	}
	return flat
}

func appendNode(flat [][]any, node *yamlv3.Node, depth int) [][]any {
	kinds := map[yamlv3.Kind]string{
		yamlv3.MappingNode: "mapping", yamlv3.SequenceNode: "sequence", yamlv3.ScalarNode: "scalar", yamlv3.AliasNode: "alias",
	}
	value, tag := node.Value, ""
	switch node.Kind {
	case yamlv3.ScalarNode:
		tag = node.ShortTag()
	case yamlv3.AliasNode:
		value = ""
	}
	flat = append(flat, []any{depth, kinds[node.Kind], value, tag})
	for _, child := range node.Content {
		flat = appendNode(flat, child, depth+1)
	}
	return flat
}
