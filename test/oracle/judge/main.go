// The judge answers, with Kubernetes' own code, what an API server would make of an object: one JSON line in, one out.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"k8s.io/klog/v2"
)

// question is one line of input; Op says which of the other fields count.
type question struct {
	Op string `json:"op"`
	// create, update: group/resource[/subresource], such as /pods/status.
	Resource string          `json:"resource"`
	Object   json.RawMessage `json:"object"`
	Previous json.RawMessage `json:"previous"`
	// patch: merge, json or strategic, upon Object.
	Type  string          `json:"type"`
	Patch json.RawMessage `json:"patch"`
	// steps: writes of one object, one after the other.
	Steps []step `json:"steps"`
	// quantity: two texts.
	Texts []string `json:"texts"`
}

type cause struct {
	Reason  string `json:"reason"`
	Field   string `json:"field"`
	Message string `json:"message"`
}

// answer has Failure where there is nothing else to say: the input could not be read, or the code panicked.
type answer struct {
	Object   any            `json:"object,omitempty"`
	Causes   []cause        `json:"causes,omitempty"`
	Warnings []string       `json:"warnings,omitempty"`
	Columns  []column       `json:"columns,omitempty"`
	Cells    []any          `json:"cells,omitempty"`
	Facts    map[string]any `json:"facts,omitempty"`
	Steps    []stepped      `json:"steps,omitempty"`
	Failure  string         `json:"failure,omitempty"`
}

func main() {
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		text, err := json.Marshal(judge(line))
		if err != nil {
			text, _ = json.Marshal(answer{Failure: err.Error()})
		}
		out.Write(text)
		out.WriteByte('\n')
		if lines.Buffered() == 0 {
			out.Flush()
		}
	}
}

func judge(line []byte) (given answer) {
	defer func() {
		if panicked := recover(); panicked != nil {
			given = answer{Failure: fmt.Sprintf("panic: %v", panicked)}
		}
	}()
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{Failure: err.Error()}
	}
	switch asked.Op {
	case "create":
		return created(asked)
	case "update":
		return updated(asked)
	case "table":
		return table(asked)
	case "patch":
		return patched(asked)
	case "steps":
		return stepsOf(asked)
	case "quantity":
		return quantity(asked)
	}
	return answer{Failure: "no such op: " + asked.Op}
}
