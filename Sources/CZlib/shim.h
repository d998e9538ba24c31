#pragma once
#include <zlib.h>

// Swift cannot use macros that take arguments.

/// Prepares to decompress gzip, with its header and its checksum (`inflateInit2`); returns an error code.
static inline int czlib_start_gzip(z_stream *stream)
{
	return inflateInit2(stream, 15 + 16);
}
