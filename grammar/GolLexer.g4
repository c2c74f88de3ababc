// The tokens of Go 1.22.
//
// The lexer reads bytes, not characters: its character stream shows every byte of a multi-byte
// character as U+007F and every other control character as U+0001 (frontend/syntax/scanner.cc).
// So its automaton stays small and wholly cached, and columns count bytes as Go's do. Which
// letters an identifier may hold, and what is wrong with a number, an escape or a token that
// is not terminated, is checked afterwards, in the Go compiler's words.
//
// Operators that no parser rule tells apart share one token type; the text says which it is.
lexer grammar GolLexer;

// Not matched here. The scanner refines a token by its neighbours, the parser by its place in
// the text, so that every decision of the grammar but the operator loop needs one token only.
tokens {
  LAST_COMMA,         // "," just before ")", "]" or "}"
  LAST_SEMI,          // ";" just before ")" or "}": it could have been left out
  SEND_CHAN,          // "chan" just before a "<-" that belongs to it
  LITERAL_LBRACE,     // "{" of a composite literal behind its type
  FUNCTION_LBRACE,    // "{" of a function literal's body
  CONVERSION_LPAREN,  // "(" behind a type that is not a name
  METHOD_DOT,         // "." behind a type that is not a name
  RESULT_RPAREN,      // ")" of parameters that a result follows
  PARAMETERS_LBRACK   // "[" of a type parameter list
}

BREAK : 'break';
CASE : 'case';
CHAN : 'chan';
CONST : 'const';
CONTINUE : 'continue';
DEFAULT : 'default';
DEFER : 'defer';
ELSE : 'else';
FALLTHROUGH : 'fallthrough';
FOR : 'for';
FUNC : 'func';
GO : 'go';
GOTO : 'goto';
IF : 'if';
IMPORT : 'import';
INTERFACE : 'interface';
MAP : 'map';
PACKAGE : 'package';
RANGE : 'range';
RETURN : 'return';
SELECT : 'select';
STRUCT : 'struct';
SWITCH : 'switch';
TYPE : 'type';
VAR : 'var';

IDENTIFIER : LETTER (LETTER | [0-9])*;
fragment LETTER : [a-zA-Z_] | NON_ASCII;
fragment NON_ASCII : '\u007F';

// As far as a number reaches, right or wrong.
NUMBER
  : '0' [xX] HEX_DIGITS ('.' HEX_DIGITS)? ([pP] [+\-]? DIGITS)? 'i'?
  | '0' [bBoO] DIGITS ('.' DIGITS)? EXPONENT? 'i'?
  | [0-9] DIGITS ('.' DIGITS)? EXPONENT? 'i'?
  | '.' [0-9] DIGITS EXPONENT? 'i'?
  ;
fragment DIGITS : [0-9_]*;
fragment HEX_DIGITS : [0-9a-fA-F_]*;
fragment EXPONENT : [eEpP] [+\-]? DIGITS;

RUNE : '\'' (~['\\\n] | '\\' ~[\n])* '\'';
STRING : '"' (~["\\\n] | '\\' ~[\n])* '"';
RAW_STRING : '`' ~[`]* '`';

UNTERMINATED_RUNE : '\'' (~['\\\n] | '\\' ~[\n])* '\\'?;
UNTERMINATED_STRING : '"' (~["\\\n] | '\\' ~[\n])* '\\'?;
UNTERMINATED_RAW_STRING : '`' ~[`]*;

LPAREN : '(';
RPAREN : ')';
LBRACK : '[';
RBRACK : ']';
LBRACE : '{';
RBRACE : '}';
COMMA : ',';
SEMI : ';';
COLON : ':';
DOT : '.';
ELLIPSIS : '...';
ASSIGN : '=';
DEFINE : ':=';
ARROW : '<-';
INC_DEC : '++' | '--';
ASSIGN_OP : '+=' | '-=' | '*=' | '/=' | '%=' | '&=' | '|=' | '^=' | '<<=' | '>>=' | '&^=';

// Binary operators by precedence; STAR, AND and SIGN are unary ones too, OR also joins the terms of a union.
STAR : '*';
AND : '&';
MUL_OP : '/' | '%' | '<<' | '>>' | '&^';
SIGN : '+' | '-' | '^';
OR : '|';
COMPARE_OP : '==' | '!=' | '<' | '<=' | '>' | '>=';
LAND : '&&';
LOR : '||';
NOT : '!';
TILDE : '~';

SPACE : [ \t\r]+;
NEWLINE : '\n' [ \t\r\n]*;
LINE_COMMENT : '//' ~[\n]*;
GENERAL_COMMENT : '/*' (~'*' | '*'+ ~[*/])* '*'+ '/';
UNTERMINATED_COMMENT : '/*' (~'*' | '*'+ ~[*/])* '*'*;

INVALID : .;
