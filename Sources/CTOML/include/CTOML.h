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

/* Both count from 1; the column counts Unicode scalar values. 0 where there is no such place. */
struct toml_place {
	uint32_t line;
	uint32_t column;
};

/* Text that belongs to the document; it may hold zero bytes. */
struct toml_text {
	const char *bytes;
	size_t count;
};

struct toml_node {
	/* The index of the array or table that holds it; -1 for the root, which comes first. */
	ptrdiff_t parent;
	enum toml_kind kind;
	/* A table between braces. */
	bool is_inline;
	/* Its key in the table above, and where that begins; without bytes in an array, and at the root. */
	struct toml_text key;
	struct toml_place key_begin;
	/* The value as it stands in the text. That of a table with a header is the header. */
	struct toml_place begin;
	struct toml_place end;
	/* The value of a string, an integer, a number with a fraction, true or false; those of the others stay 0. */
	struct toml_text string;
	int64_t integer;
	double number;
	bool boolean;
};

struct toml_document;

/*
 * toml_read: takes a text apart. Never null; the document has an error or nodes, each behind the one that holds it,
 * and has to be given to toml_free.
 */
struct toml_document *toml_read(const char *bytes, size_t count);
void toml_free(struct toml_document *document);

/* toml_nodes: the values; no order among those that one table holds. */
const struct toml_node *toml_nodes(const struct toml_document *document, size_t *count);

/* toml_failure: what is wrong with the text and where; without bytes where nothing is. */
struct toml_text toml_failure(const struct toml_document *document, struct toml_place *place);

#ifdef __cplusplus
}
#endif

#endif
