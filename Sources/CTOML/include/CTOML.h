/*
 * TOML files by toml++, as a flat list of values with their places in the text. No exception and no C++ type leaves
 * this library.
 */
#ifndef CTOML_H
#define CTOML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum toml_kind {
	TOML_STRING,
	TOML_INTEGER,
	TOML_FLOAT,
	TOML_BOOLEAN,
	TOML_MOMENT, /* a date, a time or both */
	TOML_ARRAY,
	TOML_TABLE,
};

/* A place in the text. Both numbers start at 1, and are 0 if there is no place; a column is a Unicode scalar value. */
struct toml_place {
	uint32_t line;
	uint32_t column;
};

/* Text that belongs to the document. It may contain NUL. */
struct toml_text {
	const char *bytes;
	size_t count;
};

struct toml_node {
	/* The index of the array or table that contains it; -1 for the root, which is the first node. */
	ptrdiff_t parent;
	enum toml_kind kind;
	/* Whether it is a table in braces. */
	bool is_inline;
	/* Its key in the parent table, and where the key starts; empty in an array and for the root. */
	struct toml_text key;
	struct toml_place key_begin;
	/* The range of the value in the text; for a table with a header, the range of the header. */
	struct toml_place begin;
	struct toml_place end;
	/* The value, in the member for the kind; the other members are 0. */
	struct toml_text string;
	int64_t integer;
	double number;
	bool boolean;
};

struct toml_document;

/*
 * toml_read: parses a text. The result is never null, and has either an error or nodes; each node follows its parent.
 * Release it with toml_free.
 */
struct toml_document *toml_read(const char *bytes, size_t count);
void toml_free(struct toml_document *document);

/* toml_nodes: the values. The members of a table have no defined order. */
const struct toml_node *toml_nodes(const struct toml_document *document, size_t *count);

/* toml_failure: the error of the text and its place; empty if there is none. */
struct toml_text toml_failure(const struct toml_document *document, struct toml_place *place);

#ifdef __cplusplus
}
#endif

#endif
