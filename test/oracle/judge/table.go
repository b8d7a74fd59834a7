package main

import (
	"k8s.io/kubernetes/pkg/printers"
	printersinternal "k8s.io/kubernetes/pkg/printers/internalversion"
)

var generator = printers.NewTableGenerator().With(printersinternal.AddHandlers)

// table gives the cells of an object's row, wide ones too.
func table(asked question) answer {
	object, _, err := read(asked.Object)
	if err != nil {
		return answer{Failure: err.Error()}
	}
	made, err := generator.GenerateTable(object, printers.GenerateOptions{Wide: true})
	if err != nil {
		return answer{Failure: err.Error()}
	}
	var columns []string
	for _, column := range made.ColumnDefinitions {
		columns = append(columns, column.Name)
	}
	if len(made.Rows) == 0 {
		return answer{Columns: columns}
	}
	return answer{Columns: columns, Cells: made.Rows[0].Cells}
}
