"""Reads the statements of a cell in their order."""

import ast
from collections.abc import Sequence
from typing import Any

from jupyter_mlstudio.experiments.provenance.slicing import knowledge, syntax
from jupyter_mlstudio.experiments.provenance.slicing.calls import called, file_access, root_of
from jupyter_mlstudio.experiments.provenance.slicing.effects import Effects, Function
from jupyter_mlstudio.experiments.provenance.slicing.sharing import shared_names


class Reader(ast.NodeVisitor):
    """Reads the statements of a cell; knows the modules and functions that earlier cells have bound."""

    def __init__(self, modules: dict[str, str], functions: dict[str, Function]) -> None:
        self.effects = Effects()
        self._modules, self._functions = dict(modules), dict(functions)
        self._hidden: list[set[str]] = []
        self._branches = 0

    def read(self, statements: Sequence[ast.stmt]) -> Effects:
        """Read statements in their order."""
        for statement in statements:
            self.visit(statement)
        return self.effects

    def visit_Name(self, node: ast.Name) -> None:
        """Note that a name is read; binding is seen where it happens."""
        if isinstance(node.ctx, ast.Load):
            self._use(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Bind names, or change what they hold; a lambda that gets a name is a function like any other."""
        named = isinstance(node.value, ast.Lambda) and all(isinstance(target, ast.Name) for target in node.targets)
        for part in syntax.defaults(node.value.args) if named else [node.value]:  # type: ignore[attr-defined]  # a lambda
            self.visit(part)
        for target in node.targets:
            self._bind(target, self._shared(node.value), node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Bind a name that has a type."""
        self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self._bind(node.target, self._shared(node.value), node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        """Bind a name inside an expression."""
        self.visit(node.value)
        self._branches += 1  # it may be skipped
        self._bind(node.target, self._shared(node.value), node.value)
        self._branches -= 1

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """Change what a name holds."""
        self.visit(node.value)
        root = root_of(node.target)
        self._parts(node.target)
        if root is not None:
            self._use(root)
            self._change(root)

    def visit_Delete(self, node: ast.Delete) -> None:
        """Drop names, or change what they hold."""
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._act("drop", target.id)
            else:
                self._bind(target, frozenset(), None)

    def visit_Import(self, node: ast.Import) -> None:
        """Bind modules; `import a.b` after `import a.c` belongs to it."""
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self._module(name, alias.name)
            self._act("maybe" if "." in alias.name and alias.asname is None else self._binding, name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Bind what comes out of modules."""
        for alias in node.names:
            if alias.name == "*" or node.module == "__future__":
                self.effects.ambient = True
            else:
                name = alias.asname or alias.name
                self._module(name, f"{node.module or ''}.{alias.name}")
                self._act(self._binding, name)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Bind a function; what it reads counts where it is used."""
        for part in (*node.decorator_list, *syntax.defaults(node.args)):
            self.visit(part)
        self._define(node.name, function_of(node, self._modules, self._functions))
        shared = {name for part in (*node.decorator_list, *syntax.defaults(node.args)) for name in syntax.names(part)}
        self._act(self._binding, node.name, frozenset(shared))
        self._decorate(node.decorator_list)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815  # as `ast` names it

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Bind a class; its body runs now, its methods later."""
        for part in (*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)):
            self.visit(part)
        self._define(node.name, function_of(node, self._modules, self._functions))
        inner = [item for item in node.body if not isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
        own = {name for item in inner for name in syntax.bound(item)}
        self._inside(own, inner)
        shared = {name for part in (*node.decorator_list, *node.bases, *inner) for name in syntax.names(part)} - own
        self._act(self._binding, node.name, frozenset(shared))
        self._decorate(node.decorator_list)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Count what a lambda reads as read here: nobody knows when it is called."""
        for part in syntax.defaults(node.args):
            self.visit(part)
        self._inside(syntax.parameters(node.args), [node.body])

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        """Read a comprehension, whose own names are nobody else's."""
        own = {name for part in node.generators for name in syntax.targets(part.target)}
        self.visit(node.generators[0].iter)
        values = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        rest = [each for part in node.generators for each in part.ifs]
        self._inside(own, [*[part.iter for part in node.generators[1:]], *rest, *values])

    visit_SetComp = visit_GeneratorExp = visit_DictComp = visit_ListComp  # noqa: N815  # as `ast` names them

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        """Read a loop, which may run not once."""
        self.visit(node.iter)
        self._branches += 1
        self._bind(node.target, self._shared(node.iter), None)
        self._all([*node.body, *node.body, *node.orelse])  # what the first round binds, the second reads
        self._branches -= 1

    visit_AsyncFor = visit_For  # noqa: N815  # as `ast` names it

    def visit_While(self, node: ast.While | ast.If) -> None:
        """Read a block that may run not once, or again and again."""
        self.visit(node.test)
        self._branches += 1
        self._all([*node.body, *node.body, *node.orelse])
        self._branches -= 1

    visit_If = visit_While  # noqa: N815  # as `ast` names it

    def visit_Match(self, node: ast.Match) -> None:
        """Read all cases."""
        self.visit(node.subject)
        self._branches += 1
        for case in node.cases:
            for name in syntax.captured(case.pattern):
                self._act("maybe", name, self._shared(node.subject))
            self._all([*([case.guard] if case.guard else []), *case.body])
        self._branches -= 1

    def visit_Try(self, node: Any) -> None:  # `ast` has two classes for it from Python 3.11 on
        """Read what is tried and what is done instead."""
        self._branches += 1
        self._all(node.body)
        for handler in node.handlers:
            if handler.type is not None:
                self.visit(handler.type)
            self._inside({handler.name} if handler.name else set(), handler.body)
        self._all(node.orelse)
        self._branches -= 1
        self._all(node.finalbody)

    visit_TryStar = visit_Try  # noqa: N815  # as `ast` names it

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        """Read a block and what it is entered with."""
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None:
                self._bind(item.optional_vars, self._shared(item.context_expr), item.context_expr)
            elif isinstance(item.context_expr, ast.Name):
                self._change(item.context_expr.id)
        self._all(node.body)

    visit_AsyncWith = visit_With  # noqa: N815  # as `ast` names it

    def visit_Call(self, node: ast.Call) -> None:
        """Read a call, and what it changes."""
        self.generic_visit(node)
        call = called(node, self._modules, self._functions)
        for name in call.changed:
            self._change(name)
            given = [part for part in (*node.args, *(each.value for each in node.keywords)) if root_of(part) != name]
            kept = {each for part in given for each in self._shared(part)}
            if kept:
                self._act("join", name, frozenset(kept))
        effects, (written, read) = self.effects, file_access(node)
        effects.ambient = effects.ambient or call.ambient
        effects.unseen = effects.unseen or call.unseen
        effects.seeds = effects.seeds or call.seeds
        effects.draws = effects.draws or call.draws
        effects.written |= written
        effects.read |= read

    def _decorate(self, decorators: Sequence[ast.expr]) -> None:
        """Call decorators, which may keep what they are given."""
        for part in decorators:
            known = self._functions.get(root_of(part) or "")
            for name in known.changes if known is not None else ():
                self._change(name)

    @property
    def _binding(self) -> str:
        return "maybe" if self._branches else "bind"

    def _bind(self, target: ast.expr, shared: frozenset[str], value: ast.expr | None) -> None:
        if isinstance(target, ast.Name):
            for known in (self._modules, self._functions):
                known.pop(target.id, None)
            if isinstance(value, ast.Lambda):
                self._define(target.id, function_of(value, self._modules, self._functions))
            self._act(self._binding, target.id, shared)
        elif isinstance(target, ast.Tuple | ast.List):
            swapped = not shared.isdisjoint(syntax.targets(target))  # whose new value is another's old one
            values = value.elts if isinstance(value, ast.Tuple | ast.List) and not swapped else []
            for place, item in enumerate(target.elts):
                own = values[place] if len(values) == len(target.elts) else None
                self._bind(item, shared if own is None else self._shared(own), own)
        elif isinstance(target, ast.Starred):
            self._bind(target.value, shared, None)
        else:
            self._parts(target)
            root = root_of(target)
            if root is not None:
                self._change(root)
                if shared:
                    self._act("join", root, shared)

    def _parts(self, target: ast.expr) -> None:
        """Read what a target like `a[i].b` reads."""
        for part in ast.walk(target):
            if isinstance(part, ast.Name):
                self._use(part.id)
            elif isinstance(part, ast.Call):
                self.visit(part)

    def _change(self, name: str) -> None:
        if name in self._modules and not any(name in hidden for hidden in self._hidden):
            self.effects.ambient = True
        self._act("change", name)

    def _use(self, name: str) -> None:
        self._act("use", name)
        if name in knowledge.UNSEEN and name not in self._functions:
            self.effects.unseen = True

    def _act(self, act: str, name: str, others: frozenset[str] = frozenset()) -> None:
        if not any(name in hidden for hidden in self._hidden):
            self.effects.add(act, name, others)

    def _shared(self, value: ast.expr) -> frozenset[str]:
        return frozenset(shared_names(value, self._modules, self._functions))

    def _module(self, name: str, module: str) -> None:
        self._functions.pop(name, None)
        self._modules[name] = self.effects.modules[name] = module

    def _define(self, name: str, function: Function) -> None:
        self._modules.pop(name, None)
        self._functions[name] = self.effects.functions[name] = function

    def _inside(self, hidden: set[str], nodes: Sequence[ast.AST]) -> None:
        self._hidden.append(hidden)
        self._all(nodes)
        self._hidden.pop()

    def _all(self, nodes: Sequence[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)


def function_of(node: syntax.Body, modules: dict[str, str], functions: dict[str, Function]) -> Function:
    """Tell what a function or a class reads and changes outside of itself, and which of its parameters it changes."""
    own = Function(holds=isinstance(node, ast.ClassDef))
    bodies = [node] if not isinstance(node, ast.ClassDef) else syntax.methods(node)
    for body in bodies:
        statements = body.body if isinstance(body.body, list) else [ast.Expr(body.body)]
        declared = {name for part in ast.walk(body) if isinstance(part, ast.Global) for name in part.names}
        parameters = syntax.ordered(body.args)
        local = ({name for item in statements for name in syntax.bound(item)} | set(parameters)) - declared
        reader = Reader({name: module for name, module in modules.items() if name not in local}, functions)
        effects = reader.read(statements)
        for act, name, _ in effects.steps:
            if name not in local:
                own.free.add(name)
                if act != "use":
                    own.changes.add(name)
            elif act in ("change", "drop") and name in parameters:
                own.positions.add(parameters.index(name))
                own.keywords.add(name)
        own.unseen = own.unseen or effects.unseen
        own.draws = own.draws or effects.draws
    return own
