{{- /* `(list . "NAME")` gives the name of the Secret that a VaultSecrets object of this chart calls NAME. */ -}}
{{- define "countersign.name" -}}
{{- get (include "countersign.generation" . | fromJson) "name" -}}
{{- end -}}

{{- /* `(list . "NAME" "NAME")` gives a hash that changes when one of these secrets does. */ -}}
{{- define "countersign.hash" -}}
{{- $all := list -}}
{{- if kindIs "slice" . -}}
{{- $top := first . -}}
{{- range rest . -}}
{{- $generation := include "countersign.generation" (list $top .) | fromJson -}}
{{- $all = append $all (printf "%s %s" (get $generation "name") (get $generation "generation")) -}}
{{- end -}}
{{- end -}}
{{- if not $all -}}
{{- fail "countersign.hash takes the chart's own `.` and names: `(list . \"NAME\" \"NAME\")`" -}}
{{- end -}}
{{- $all | uniq | sortAlpha | join "\n" | sha256sum | trunc 16 -}}
{{- end -}}

{{- /* Whether `countersign lock` looks at this chart: VaultSecrets objects are for nobody else. */ -}}
{{- define "countersign.locking" -}}
{{- if and .Chart.IsRoot (.Capabilities.APIVersions.Has "countersign.dev/v1alpha1") -}}
true
{{- end -}}
{{- end -}}

{{- /* The lock that the value `countersign.lock` names, by its path in the chart; it may be a template. */ -}}
{{- define "countersign.lock" -}}
{{- $chosen := "" -}}
{{- if kindIs "map" (get .Values "countersign") -}}
{{- $chosen = get (get .Values "countersign") "lock" -}}
{{- end -}}
{{- tpl ($chosen | default "countersign.lock") . -}}
{{- end -}}

{{- /* What is written for the lock is found among the files of whichever chart asks: charts that share these
definitions, as all charts of a release do, do not share their secrets. */ -}}
{{- define "countersign.file" -}}
{{- $top := first . -}}
{{- $lock := include "countersign.lock" $top -}}
{{- $file := printf "%s/%s" (trimSuffix (ext $lock) $lock) (last .) -}}
{{- $text := $top.Files.Get $file -}}
{{- if not $text -}}
{{- fail (printf "the chart `%s` has no file `%s`: run `countersign lock --write` for the lock `%s`, see that .helmignore names no such file, and give the chart's own `.`" $top.Chart.Name $file $lock) -}}
{{- end -}}
{{- $text | replace "\r\n" "\n" -}}
{{- end -}}

{{- define "countersign.generation" -}}
{{- if not (and (kindIs "slice" .) (eq (len .) 2) (kindIs "map" (first .)) (kindIs "string" (last .))) -}}
{{- fail "countersign.name takes the chart's own `.` and a name: `(list . \"NAME\")`, and within `range` and `with` `(list $ \"NAME\")`" -}}
{{- end -}}
{{- $top := first . -}}
{{- $name := last . -}}
{{- if not (and (hasKey $top "Chart") (hasKey $top "Files")) -}}
{{- fail "countersign.name takes the chart's own `.` and a name: within `range` and `with` it is `(list $ \"NAME\")`" -}}
{{- end -}}
{{- if include "countersign.locking" $top -}}
{{- dict "name" (last (splitList "/" $name)) "generation" "" | toJson -}}
{{- else -}}
{{- $line := regexFind (printf `(?m)^"%s": .*$` (regexQuoteMeta $name)) (include "countersign.file" (list $top "names.yaml")) -}}
{{- if not $line -}}
{{- fail (printf "no secret `%s` is in the lock `%s` of the chart `%s`: correct the name, or add the secret to a VaultSecrets object and run `countersign lock`; one of another namespace is called `NAMESPACE/NAME`" $name (include "countersign.lock" $top) $top.Chart.Name) -}}
{{- end -}}
{{- trimPrefix (printf "%q: " $name) $line -}}
{{- end -}}
{{- end -}}

{{- /* The objects, each once in a release: a chart may be in it several times. */ -}}
{{- define "countersign.objects" -}}
{{- if not (include "countersign.locking" .) -}}
{{- $made := get .Release "countersign" | default dict -}}
{{- $text := include "countersign.file" (list . "objects.yaml") -}}
{{- range splitList "---\n" (regexReplaceAll "(?m)^#.*\n" $text "") -}}
{{- $object := fromYaml . -}}
{{- if get $object "kind" -}}
{{- $metadata := get $object "metadata" -}}
{{- $id := printf "%s %s/%s" (get $object "kind") (get $metadata "namespace") (get $metadata "name") -}}
{{- if not (hasKey $made $id) -}}
{{- $_ := set $made $id true }}
---
{{ . }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $_ := set .Release "countersign" $made -}}
{{- end -}}
{{- end -}}
