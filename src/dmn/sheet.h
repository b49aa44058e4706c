// sheet.h — one decision table as a plain sheet (CSV or TSV, UTF-8), for people who keep rules in a
// spreadsheet or a text editor. The meaning of a table converts both ways without loss; requirement
// graph, layout and constraints inside structures stay in the XML.
//
// The first cell of a line says what the line is (Chinese or English, never both needed):
//
//     名称,      高龄老人长寿补贴                            name         of the decision
//     命中策略,  U                                          hit policy   U A P F R O C C+ C< C> C#
//     编号,      Table_1                                    id           of the table (optional)
//     结果类型,  t补贴                                       result type  of the whole result (optional)
//     输出标签,  补贴                                        output label (optional)
//     类型定义,  t户籍, string, """本市"",""外地""", …        define type  name, type, allowed values, constraint
//     输入数据,  申请人, "context<年龄: number, 户籍: string>", …  data     name, type: what expressions use and
//                                                                        that is no column by its plain name
//     类别,      输入,   输入,    输出,   说明,  依据          kind         input output annotation
//                                                                        (说明 and 依据 both are annotations;
//                                                                        依据 or "legal basis" is the legal basis)
//                                                                        description (of the rule)
//     表达式,    年龄,   户籍,    金额,   说明,  法律依据       expression   input expression, output name,
//                                                                        annotation name
//     标签,      …                                           label        of the column (optional)
//     类型,      number, t户籍,  number                       type         (optional)
//     允许值,    [0..150], ,     ">=0"                        allowed values   unary tests (optional)
//     默认值,    ,       ,       0                            default      outputs when no rule is hit (optional)
//     规则                                                    rules        from here on one rule a line:
//     r1,        >=80,   "本市", 200,    八十周岁以上, 《…》第十条          its id (may be empty), then its cells
//
// Cells are FEEL as in the XML: unary tests under inputs ("-" or empty: any), expressions under
// outputs. Types are built-in names, defined types, list<T>, range<T>, context<name: T, …>. An input
// column whose expression is a plain name and that no 输入数据 line declares is input data of that name.
// Empty lines and lines whose first cell begins with # are skipped.
//
// Errors  E_DMN_SHEET with line; the errors of csv.h. Mistakes in cells are problems of the loaded model.
// Holds   (1) parse(print(s)) equals s in every text; (2) sheet -> model -> sheet and
//             model -> sheet -> model decide alike; (3) errors name the sheet's line.
#pragma once
#include "dmn/table.h"

struct dmn_sheet_type { struct str name, base; struct dmn_cell allowed, constraint; uint32_t line; };
struct dmn_sheet_data { struct str name, type; uint32_t line; };
struct dmn_sheet {
	struct str file;
	struct dmn_written written;              // its name is the table's
	struct dmn_sheet_type *type;
	struct dmn_sheet_data *data;
	size_t n_type, n_data;
};

must_use struct err *dmn_sheet_parse(struct arena *, struct dmn_text, struct dmn_sheet **out);   // .tsv or tabs: TSV
must_use struct err *dmn_sheet_load(struct arena *, const struct dmn_sheet *, struct dmn_model **out);
void dmn_sheet_of(struct arena *, const struct dmn_model *, const struct dmn_table *, struct dmn_sheet *out);
void dmn_sheet_print(struct buf *, const struct dmn_sheet *, char sep);      // Chinese keywords
void dmn_sheet_xml(struct arena *, struct buf *, const struct dmn_sheet *);  // a DMN 1.5 model of its own
// The model's text with the table of the sheet's name (or id, where it has one) replaced; all else stays.
must_use struct err *dmn_sheet_into_xml(struct arena *, struct dmn_text model, const struct dmn_sheet *, struct str *out);
bool dmn_sheet_equal(const struct dmn_sheet *, const struct dmn_sheet *);    // in every text
