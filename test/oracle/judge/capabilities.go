package main

import "k8s.io/kubernetes/pkg/capabilities"

// Privileged containers are allowed, as in every cluster that runs system pods.
func init() { capabilities.Initialize(capabilities.Capabilities{AllowPrivileged: true}) }
