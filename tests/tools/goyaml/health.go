package main

import (
	"encoding/json"

	lua "github.com/yuin/gopher-lua"
)

// health asks a check of Argo CD's about an object: a script in Lua that finds it as `obj`, run by the interpreter that
// Argo CD has, with as few libraries.
func health(text []byte) any {
	var asked struct {
		Script string `json:"script"`
		Object any    `json:"object"`
	}
	if err := json.Unmarshal(text, &asked); err != nil {
		return map[string]any{"refused": err.Error()}
	}
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for name, open := range map[string]lua.LGFunction{
		lua.BaseLibName: lua.OpenBase, lua.TabLibName: lua.OpenTable,
	} {
		state.Push(state.NewFunction(open))
		state.Push(lua.LString(name))
		state.Call(1, 0)
	}
	state.SetGlobal("obj", value(state, asked.Object))
	if err := state.DoString(asked.Script); err != nil {
		return map[string]any{"refused": err.Error()}
	}
	answer, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		return map[string]any{"refused": "it returns no table"}
	}
	return map[string]any{
		"status": answer.RawGetString("status").String(), "message": answer.RawGetString("message").String(),
	}
}

// value is a value of JSON as one of Lua.
func value(state *lua.LState, from any) lua.LValue {
	switch from := from.(type) {
	case bool:
		return lua.LBool(from)
	case float64:
		return lua.LNumber(from)
	case string:
		return lua.LString(from)
	case []any:
		table := state.NewTable()
		for _, item := range from {
			table.Append(value(state, item))
		}
		return table
	case map[string]any:
		table := state.NewTable()
		for key, item := range from {
			table.RawSetString(key, value(state, item))
		}
		return table
	}
	return lua.LNil
}
