#!/bin/sh
# Renders each environment into its folder below `rendered/`: what is committed, or pushed as an artifact. A function of the
# commit alone: it needs no Vault, no token and no network, and the same commit gives the same bytes.
set -eu

for environment in staging prod; do
    # into a file of its own first: what fails leaves the old one
    countersign render "app/overlays/$environment" >"rendered/$environment/shop.yaml.new"
    mv "rendered/$environment/shop.yaml.new" "rendered/$environment/shop.yaml"
done
