module countersign.dev/goyaml

go 1.24.0

require (
	github.com/yuin/gopher-lua v1.1.1
	go.yaml.in/yaml/v2 v2.4.2
	go.yaml.in/yaml/v3 v3.0.4
	k8s.io/apimachinery v0.34.0
	sigs.k8s.io/yaml v1.6.0
)

require sigs.k8s.io/json v0.0.0-20241014173422-cfa47c3a1cc8 // indirect
