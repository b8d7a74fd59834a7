package main

import (
	"k8s.io/kubernetes/pkg/printers"
	printersinternal "k8s.io/kubernetes/pkg/printers/internalversion"
)

// column is what a table says of one of its columns, but for the description.
type column struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Format   string `json:"format"`
	Priority int32  `json:"priority"`
}

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
	var columns []column
	for _, one := range made.ColumnDefinitions {
		columns = append(columns, column{one.Name, one.Type, one.Format, one.Priority})
	}
	if len(made.Rows) == 0 {
		return answer{Columns: columns}
	}
	return answer{Columns: columns, Cells: made.Rows[0].Cells}
}
