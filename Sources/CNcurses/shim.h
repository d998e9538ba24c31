// ncurses with wide characters, and under names of their own those macros that Swift does not import.
#ifndef EXECSNOOP_TOP_CNCURSES_H
#define EXECSNOOP_TOP_CNCURSES_H

#define NCURSES_WIDECHAR 1
#define _XOPEN_SOURCE 700
#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <term.h>
#include <wchar.h>

static const attr_t cn_a_normal = A_NORMAL;
static const attr_t cn_a_bold = A_BOLD;
static const attr_t cn_a_dim = A_DIM;
static const attr_t cn_a_underline = A_UNDERLINE;
static const attr_t cn_a_reverse = A_REVERSE;

static inline WINDOW *cn_stdscr(void) { return stdscr; }
static inline WINDOW *cn_curscr(void) { return curscr; }
/// Frees what setupterm() has read.
static inline void cn_forget_terminal(void) { del_curterm(cur_term); }

static inline int cn_lines(void) { return LINES; }
static inline int cn_columns(void) { return COLS; }
static inline int cn_colors(void) { return COLORS; }
static inline int cn_wcwidth(wchar_t character) { return wcwidth(character); }

/// Whether colour numbers are red, green and blue themselves: terminfo's RGB, a flag, a number or a string.
static inline bool cn_has_direct_colors(void) {
  const char *text = tigetstr("RGB");
  return tigetflag("RGB") > 0 || tigetnum("RGB") > 0 || (text != 0 && text != (const char *)-1);
}

/// Whether tigetstr() found the capability: it gives -1 for one that is not a string, NULL for one that is absent.
static inline const char *cn_capability(const char *name) {
  const char *value = tigetstr(name);
  return value == (const char *)-1 ? 0 : value;
}

#endif
