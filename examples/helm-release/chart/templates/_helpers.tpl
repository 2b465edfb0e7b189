{{- define "shop.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "shop.env" -}}
{{ required "say the environment: --values values-dev.yaml" .Values.env }}
{{- end }}
