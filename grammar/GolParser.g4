// The syntax of Go 1.22, after "The Go Programming Language Specification".
//
// A file is parsed one declaration at a time (packageClause, then topLevelDeclaration as often as
// there are some), so the memory of the parse tree is that of the largest declaration. The parse
// tree holds labelled parts only; frontend/syntax/build_*.cc makes the abstract tree from them.
//
// Every decision but two needs one token of lookahead, so the generated code is plain switches.
// (The two: the operator loop of `expression`, and method or type in `interfaceElement`.) Where Go
// needs more than one token or the context, an action of GolParserBase looks at it and refines
// the type of the next token: see its comments and the `tokens` of GolLexer.
//
// The grammar accepts a little more than Go; the builders reject the rest, as Go's own parser does:
// parameter lists mixing named and unnamed, conditions that are statements, `range` outside of `for`.
parser grammar GolParser;

options {
  tokenVocab = GolLexer;
  superClass = GolParserBase;
  contextSuperClass = GolRuleContext;
}

@parser::postinclude {
#include "frontend/syntax/parser_base.h"
}

// ---- Declarations ----

packageClause : PACKAGE name=IDENTIFIER;

topLevelDeclaration : importing=importDeclaration | general=declaration | function=functionDeclaration;

importDeclaration
  : IMPORT (specs+=importSpec | open='(' (specs+=importSpec (';' specs+=importSpec)* LAST_SEMI?)? ')')
  ;

importSpec : name=('.' | IDENTIFIER)? path=(STRING | RAW_STRING);

declaration
  : CONST (constants+=constSpec | open='(' (constants+=constSpec (';' constants+=constSpec)* LAST_SEMI?)? ')')
  | VAR (variables+=varSpec | open='(' (variables+=varSpec (';' variables+=varSpec)* LAST_SEMI?)? ')')
  | TYPE (types+=typeSpec | open='(' (types+=typeSpec (';' types+=typeSpec)* LAST_SEMI?)? ')')
  ;

constSpec : names=identifierList type=type_? ('=' values=expressionList)?;

varSpec : names=identifierList ('=' values=expressionList | type=type_ ('=' values=expressionList)?);

typeSpec : name=IDENTIFIER {refineTypeParameters();} params=typeParameters? alias='='? type=type_;

identifierList : names+=IDENTIFIER (',' names+=IDENTIFIER)*;

functionDeclaration
  : FUNC receiver=parameters? name=IDENTIFIER {refineFunctionTypeParameters();} params=typeParameters?
    type=signature body=block?
  ;

typeParameters
  : open=PARAMETERS_LBRACK list+=typeParameter (',' list+=typeParameter)* LAST_COMMA? close=']'
  ;

typeParameter : name=IDENTIFIER constraint=typeElement?;

// ---- Types ----

type_ : name=typeName | bracketed=bracketType | other=otherType | parens=parenType;

parenType : '(' inner=type_ ')';

typeName : package=IDENTIFIER ('.' member=IDENTIFIER)? arguments=typeArguments?;

typeArguments : open='[' list+=type_ (',' list+=type_)* LAST_COMMA? ']';

// A type that begins neither with a name nor with a bracket.
otherType
  : pointer='*' element=type_
  | FUNC function=signature
  | ARROW CHAN element=type_
  | structure=structType
  | interface=interfaceType
  | map=mapType
  | channel=chanType
  ;

bracketType
@init { ExpressionLevel inner(this, Nesting::inner); }
  : '[' (']' | dots='...' ']' | length=expression ']') element=type_
  ;

mapType : MAP '[' key=type_ ']' value=type_;

chanType : CHAN element=type_ | SEND_CHAN ARROW element=type_;

// The last token of the parameters decides about the result, so that `func() (a)` is one type in an
// expression too.
signature
  : open='(' params=parameterList? {refineResult();} (close=')' | close=RESULT_RPAREN result=signatureResult)
  ;

signatureResult : list=parameters | name=typeName | bracketed=bracketType | other=otherType;

parameters : open='(' list=parameterList? close=')';

parameterList : list+=parameter (',' list+=parameter)* LAST_COMMA?;

// A name alone may be a parameter whose type follows later, or a type: known at the end of the list.
parameter
  : name=IDENTIFIER
    ( '.' member=IDENTIFIER arguments=typeArguments?
    | bracket=bracketSuffix
    | dots='...' type=type_
    | named=typeName
    | other=otherType
    | parens=parenType
    )?
  | dots='...' type=type_
  | bracketed=bracketType
  | other=otherType
  | parens=parenType
  ;

// What follows a name: `[n]E`, the type of what is named, or `[A, B]`, arguments of the type that is named.
bracketSuffix
@init { ExpressionLevel inner(this, Nesting::inner); }
  : open='['
    ( ']' element=type_
    | dots='...' ']' element=type_
    | list+=expression (',' list+=expression)* comma=LAST_COMMA? close=']' element=type_?
    )
  ;

structType : STRUCT open='{' (fields+=fieldDeclaration (';' fields+=fieldDeclaration)* LAST_SEMI?)? close='}';

fieldDeclaration
  : names+=IDENTIFIER
    ( (',' names+=IDENTIFIER)+ type=type_
    | '.' member=IDENTIFIER arguments=typeArguments?
    | bracket=bracketSuffix
    | named=typeName
    | other=otherType
    | parens=parenType
    )? tag=(STRING | RAW_STRING)?
  | pointer='*' embedded=typeName tag=(STRING | RAW_STRING)?
  ;

interfaceType
  : INTERFACE open='{' (elements+=interfaceElement (';' elements+=interfaceElement)* LAST_SEMI?)? close='}'
  ;

interfaceElement : name=IDENTIFIER method=signature | element=typeElement;

typeElement : terms+=typeTerm ('|' terms+=typeTerm)*;

typeTerm : tilde='~'? type=type_;

// ---- Expressions ----

expressionList : list+=expression (',' list+=expression)*;

expression
  : primary=primaryExpression
  | op=(SIGN | STAR | AND | ARROW | NOT | TILDE) operand=expression
  | left=expression op=(STAR | AND | MUL_OP) right=expression
  | left=expression op=(SIGN | OR) right=expression
  | left=expression op=COMPARE_OP right=expression
  | left=expression op=LAND right=expression
  | left=expression op=LOR right=expression
  ;

// Types are expressions as well. What follows a type that is not a name is refined, as a type would
// otherwise take it for a part of itself: `[]func() (x)`.
primaryExpression
  : ( name=IDENTIFIER {refineBrace();}
    | literal=(NUMBER | RUNE | STRING | RAW_STRING)
    | '(' inner=parenthesized close=')' {refineBrace();}
    ) (suffixes+=suffix {limitChain($suffixes.size());})*
  | FUNC function=signature {refineAfterFunction();}
    ((open=FUNCTION_LBRACE body=functionBody close='}' | use=typeUse)
      (suffixes+=suffix {limitChain($suffixes.size());})*)?
  | ( (bracketed=bracketType | structure=structType | map=mapType) {refineAfterLiteralType();}
    | (interface=interfaceType | channel=chanType) {refineAfterType();}
    ) (use=typeUse (suffixes+=suffix {limitChain($suffixes.size());})*)?
  ;

parenthesized
@init { ExpressionLevel inner(this, Nesting::inner); }
  : inside=expression
  ;

// A conversion to the type, a composite literal or a method expression of it.
typeUse
  : CONVERSION_LPAREN arguments=argumentList ')'
  | LITERAL_LBRACE elements=elementList '}'
  | METHOD_DOT member=IDENTIFIER
  ;

suffix
  : '.' (member=IDENTIFIER {refineBrace();} | '(' (TYPE | asserted=type_) ')')
  | '[' index=indexList ']' {refineBrace();}
  | '(' arguments=argumentList ')'
  | LITERAL_LBRACE elements=elementList '}'
  ;

indexList
@init { ExpressionLevel inner(this, Nesting::inner); }
  : list+=expression (bounds=sliceBounds | (',' list+=expression)* LAST_COMMA?)
  | bounds=sliceBounds
  ;

// The part of `low:high:max` behind `low`.
sliceBounds : colon=':' high=expression? (second=':' max=expression?)?;

argumentList
@init { ExpressionLevel inner(this, Nesting::inner); }
  : (list+=expression (',' list+=expression)* dots='...'? LAST_COMMA?)?
  ;

elementList
@init { ExpressionLevel inner(this, Nesting::inner); }
  : (list+=keyedElement (',' list+=keyedElement)* LAST_COMMA?)?
  ;

keyedElement : key=elementValue (colon=':' value=elementValue)?;

elementValue : plain=expression | '{' elements=elementList '}';

functionBody
@init { ExpressionLevel inner(this, Nesting::inner); }
  : statements=statementList
  ;

// ---- Statements ----

block : open='{' statements=statementList close='}';

statementList : list+=statement? (';' list+=statement?)* LAST_SEMI?;

statement
  : simple=simpleStatement (colon=':' labeled=statement?)?
  | general=declaration
  | nested=block
  | keyword=(GO | DEFER) call=expression
  | keyword=RETURN results=expressionList?
  | keyword=(BREAK | CONTINUE) label=IDENTIFIER?
  | keyword=GOTO label=IDENTIFIER
  | keyword=FALLTHROUGH
  | conditional=ifStatement
  | switching=switchStatement
  | selecting=selectStatement
  | looping=forStatement
  ;

simpleStatement
  : left+=expression
    ( op=(ASSIGN | DEFINE) ranged=RANGE? right=expressionList
    | op=ASSIGN_OP value=expression
    | op=INC_DEC
    | op=ARROW value=expression
    | (',' left+=expression)+ op=(ASSIGN | DEFINE) ranged=RANGE? right=expressionList
    )?
  ;

ifStatement : IF header=controlHeader body=block (ELSE (chained=ifStatement | otherwise=block))?;

switchStatement : SWITCH header=controlHeader open='{' clauses+=caseClause* close='}';

caseClause : (CASE cases=expressionList | DEFAULT) colon=':' body=statementList;

selectStatement : SELECT open='{' clauses+=commClause* close='}';

commClause : (CASE comm=simpleStatement | DEFAULT) colon=':' body=statementList;

forStatement : FOR header=forHeader body=block;

// In a header a "{" behind a name begins the block, unless it is within brackets.
controlHeader
@init { ExpressionLevel control(this, Nesting::control); }
  : first=simpleStatement? (semi=(SEMI | LAST_SEMI) second=simpleStatement?)?
  ;

forHeader
@init { ExpressionLevel control(this, Nesting::control); }
  : RANGE operand=expression
  | first=simpleStatement? (semi=(SEMI | LAST_SEMI) condition=simpleStatement? (SEMI | LAST_SEMI) post=simpleStatement?)?
  ;
