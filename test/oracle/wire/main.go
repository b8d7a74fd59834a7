// Program wire answers with Kubernetes' own protobuf.
//
//	wire facts          every field that is no list and no map, and whether it is a pointer
//	wire encode < in    objects as JSON, one a line -> their protobuf bodies in base64, or {"error": ...}
//	wire decode < in    protobuf bodies in base64 -> the objects as JSON
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1beta1 "k8s.io/apimachinery/pkg/apis/meta/v1beta1"
	"k8s.io/apimachinery/pkg/runtime"
	jsonserializer "k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

func main() {
	known := scheme.Scheme
	must(apiextensions.AddToScheme(known))
	must(apiregistration.AddToScheme(known))
	must(metav1.AddMetaToScheme(known))
	must(metav1beta1.AddMetaToScheme(known))
	wire := protobuf.NewSerializer(known, known)
	text := jsonserializer.NewSerializerWithOptions(jsonserializer.DefaultMetaFactory, known, known, jsonserializer.SerializerOptions{Strict: true})
	switch os.Args[1] {
	case "facts":
		facts(known)
	case "encode":
		eachLine(func(line string) (string, error) {
			object, _, err := text.Decode([]byte(line), nil, nil)
			if err != nil {
				return "", err
			}
			body, err := runtime.Encode(wire, object)
			return base64.StdEncoding.EncodeToString(body), err
		})
	case "decode":
		eachLine(func(line string) (string, error) {
			body, err := base64.StdEncoding.DecodeString(line)
			if err != nil {
				return "", err
			}
			object, _, err := wire.Decode(body, nil, nil)
			if err != nil {
				return "", err
			}
			out, err := runtime.Encode(text, object)
			return strings.TrimSpace(string(out)), err
		})
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func eachLine(answer func(string) (string, error)) {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	for {
		line, err := in.ReadString('\n')
		if line = strings.TrimSpace(line); line != "" {
			said, failed := answer(line)
			if failed != nil {
				told, _ := json.Marshal(map[string]string{"error": failed.Error()})
				said = string(told)
			}
			fmt.Fprintln(out, said)
			out.Flush()
		}
		if err != nil {
			return
		}
	}
}

// Messages that are scalars to us.
var leaves = map[string]bool{"Time": true, "MicroTime": true, "Quantity": true, "IntOrString": true, "RawExtension": true, "FieldsV1": true, "JSON": true}

func facts(known *runtime.Scheme) {
	told := map[string]bool{}
	seen := map[reflect.Type]bool{}
	// What JSON shows flat belongs to the type around it.
	var tell func(outer string, t reflect.Type)
	tell = func(outer string, t reflect.Type) {
		for i := 0; i < t.NumField(); i++ {
			field := t.Field(i)
			name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
			kind := field.Type.Kind()
			if name == "" && options == "inline" && kind == reflect.Struct {
				tell(outer, field.Type)
			}
			if field.Tag.Get("protobuf") == "" || name == "" || name == "-" || kind == reflect.Slice || kind == reflect.Map {
				continue
			}
			told[fmt.Sprintf("%s %s %v", outer, name, kind == reflect.Pointer)] = true
		}
	}
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || seen[t] || leaves[t.Name()] {
			return
		}
		seen[t] = true
		tell(t.PkgPath()+"."+t.Name(), t)
		for i := 0; i < t.NumField(); i++ {
			walk(t.Field(i).Type)
		}
	}
	for gvk, t := range known.AllKnownTypes() {
		if gvk.Version == runtime.APIVersionInternal {
			continue
		}
		walk(t)
	}
	lines := []string{}
	for line := range told {
		lines = append(lines, line)
	}
	sort.Strings(lines)
	for _, line := range lines {
		fmt.Println(line)
	}
}
