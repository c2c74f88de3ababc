// What to say about a syntax error, from the rule that was active and the token that it wanted.
#pragma once

#include <antlr4-runtime.h>

#include <string>

#include "frontend/syntax/token.h"

namespace gocheck::syntax {

// How errors spell a token: "literal 1", "newline", "comma", a name as it is.
std::string describe(const SourceToken& token);

// The messages are in the form that Reporter::report takes.

// Rule `parser.getContext()` wants a token of type `expected` and meets `found`, which follows `previous`.
std::string mismatch_text(antlr4::Parser& parser, size_t expected, const SourceToken& found,
                          const SourceToken& previous);

// `found`, which follows `previous`, begins no alternative of rule `context`.
std::string no_alternative_text(antlr4::ParserRuleContext* context, const SourceToken& found,
                                const SourceToken& previous);

}  // namespace gocheck::syntax
