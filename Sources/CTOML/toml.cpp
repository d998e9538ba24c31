#include "CTOML.h"

// toml++ 3.3.0 asserts that a header has a key, or assumes it with NDEBUG, but also handles one without (`[=`).
#undef NDEBUG
#define TOML_ASSERT(condition) static_assert(true)
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_WINDOWS_COMPAT 0
#define TOML_MAX_NESTED_VALUES 32
#include <toml++/toml.h>

#include <string_view>
#include <vector>

struct toml_document {
	toml::parse_result result;
	std::vector<toml_node> nodes;
};

static toml_text text(std::string_view view)
{
	return {view.data(), view.size()};
}

static toml_place place(const toml::source_position &position)
{
	return {position.line, position.column};
}

static toml_kind kind(toml::node_type type)
{
	switch (type) {
	case toml::node_type::string: return TOML_STRING;
	case toml::node_type::integer: return TOML_INTEGER;
	case toml::node_type::floating_point: return TOML_FLOAT;
	case toml::node_type::boolean: return TOML_BOOLEAN;
	case toml::node_type::array: return TOML_ARRAY;
	case toml::node_type::table: return TOML_TABLE;
	default: return TOML_MOMENT;
	}
}

static void append(std::vector<toml_node> &nodes, const toml::node &node, ptrdiff_t parent, const toml::key *key)
{
	toml_node flat{};
	flat.parent = parent;
	flat.kind = kind(node.type());
	flat.begin = place(node.source().begin);
	flat.end = place(node.source().end);
	if (key) {
		flat.key = text(key->str());
		flat.key_begin = place(key->source().begin);
	}
	if (const auto *string = node.as_string())
		flat.string = text(string->get());
	else if (const auto *integer = node.as_integer())
		flat.integer = integer->get();
	else if (const auto *number = node.as_floating_point())
		flat.number = number->get();
	else if (const auto *boolean = node.as_boolean())
		flat.boolean = boolean->get();
	else if (const auto *table = node.as_table())
		flat.is_inline = table->is_inline();
	nodes.push_back(flat);

	const auto index = static_cast<ptrdiff_t>(nodes.size()) - 1;
	if (const auto *table = node.as_table()) {
		for (const auto &[name, member] : *table)
			append(nodes, member, index, &name);
	} else if (const auto *array = node.as_array()) {
		for (const auto &element : *array)
			append(nodes, element, index, nullptr);
	}
}

extern "C" toml_document *toml_read(const char *bytes, size_t count)
{
	auto *document = new toml_document{toml::parse(std::string_view(bytes, count)), {}};
	if (document->result)
		append(document->nodes, document->result.table(), -1, nullptr);
	return document;
}

extern "C" void toml_free(toml_document *document)
{
	delete document;
}

extern "C" const toml_node *toml_nodes(const toml_document *document, size_t *count)
{
	*count = document->nodes.size();
	return document->nodes.data();
}

extern "C" toml_text toml_failure(const toml_document *document, toml_place *where)
{
	*where = {0, 0};
	if (document->result)
		return {nullptr, 0};
	const auto &error = document->result.error();
	*where = place(error.source().begin);
	return text(error.description());
}
