import CreditArchive
import CreditModel
import Foundation
import TabularText

/// Rows of the templates that are right as they are, to be spoilt by tests.
enum Rows {
    /// A 统一社会信用代码 of the made-up county 419801, with its check character.
    static func code(_ number: Int) -> String {
        USCC(completing: "11419801MB" + String(format: "%07d", number))?.text ?? ""
    }

    static func body(_ number: Int, _ changes: [String: String] = [:]) -> [String: String] {
        [
            "统一社会信用代码": code(number), "名称": "云岭县第\(number)局", "主体类型": "工作部门", "层级": "县", "行政区划代码": "419801",
            "成立日期": "2010-01-04",
        ].merging(changes) { $1 }
    }

    static func incident(_ id: String, _ changes: [String: String] = [:]) -> [String: String] {
        [
            "事项编号": id, "统一社会信用代码": code(1), "失信类别": "R05", "重点领域": "K1", "失信事实": "未按约定支付工程款", "依据文书名称": "行政决定书",
            "文号": "云信〔2023〕1号", "认定部门": "云岭县发展和改革局", "发生日期": "2023-01-10", "认定日期": "2023-03-05", "严重程度": "一般",
            "涉及金额(万元)": "12.5", "信息来源渠道": "C03", "公开属性": "公开",
        ].merging(changes) { $1 }
    }

    static func disposition(
        _ id: String, _ kind: String, _ day: String, _ changes: [String: String] = [:]
    ) -> [String: String] {
        ["事项编号": id, "处置类型": kind, "日期": day, "办理部门": "云岭县发展和改革局"].merging(changes) { $1 }
    }

    static func observation(_ input: String, _ value: String, _ changes: [String: String] = [:]) -> [String: String] {
        [
            "统一社会信用代码": code(1), "年度": "2023", "方案": "tongbai-2023-township", "指标编号": "XZ04", "数据项": input, "数值": value,
            "填报日期": "2024-01-10",
        ].merging(changes) { $1 }
    }

    static func columns(_ template: ImportCompleted.Template) -> [String] {
        ImportTemplate(template).columns.map(\.name)
    }

    /// Rows as UTF-8 text, with the template's columns or those given.
    static func csv(
        _ template: ImportCompleted.Template, _ rows: [[String: String]], columns: [String]? = nil
    ) throws -> String {
        String(decoding: try bytes(template, rows, .utf8, columns: columns), as: UTF8.self)
    }

    static func bytes(
        _ template: ImportCompleted.Template, _ rows: [[String: String]], _ encoding: TextEncoding,
        columns: [String]? = nil
    ) throws -> [UInt8] {
        let columns = columns ?? Rows.columns(template)
        var writer = try CSVWriter(encoding: encoding, formulas: .exact)
        try writer.write(columns)
        for row in rows { try writer.write(columns.map { row[$0] ?? "" }) }
        return writer.takeBytes()
    }
}

/// CloudEvents as platforms send them.
enum Cloud {
    /// One event; `data` and `more` are JSON, `more` with a leading comma.
    static func event(
        _ id: String, _ type: String, _ subject: String, _ data: String, source: String = "urn:platform:1",
        more: String = ""
    ) -> String {
        """
        {"specversion":"1.0","id":"\(id)","source":"\(source)","type":"\(type)","subject":"\(subject)"\(more),\
        "data":\(data)}
        """
    }

    static func batch(_ events: [String]) -> String { "[" + events.joined(separator: ",") + "]" }

    static func body(_ number: Int, parent: Int? = nil, region: String = "419801") -> String {
        let code = Rows.code(number)
        let above = parent.map { ",\"parent\":\"\(Rows.code($0))\"" } ?? ""
        return event(
            "body-\(number)", "body.registered", "body/\(code)",
            #"{"code":"\#(code)","name":"云岭县第\#(number)局","kind":"工作部门","level":"县","region":"\#(region)"\#(above)}"#)
    }

    static func change(_ id: String, _ type: String, _ number: Int, _ day: String, _ data: String = "") -> String {
        event(id, "body.\(type)", "body/\(Rows.code(number))", "{\"effectiveOn\":\"\(day)\"\(data)}")
    }

    static func incident(
        _ id: String, body: Int = 1, on day: String = "2023-03-05", fact: String = "未按约定支付工程款", severity: String = "一般",
        visibility: String = "公开"
    ) -> String {
        event(
            "incident-\(id)", "incident.determined", "case/\(id)",
            """
            {"attributedYear":2023,"authority":"云岭县发展和改革局","basis":{"number":"云信〔2023〕1号","title":"行政决定书"},\
            "body":"\(Rows.code(body))","category":"R05","channel":"C03","determinedOn":"\(day)","fact":"\(fact)",\
            "occurredOn":"2023-01-10","severity":"\(severity)","visibility":"\(visibility)"}
            """)
    }

    /// An act on a case; `data` is JSON members with a leading comma.
    static func act(_ id: String, _ type: String, _ day: String, of item: String = "a", _ data: String = "") -> String {
        event(id, type, "case/\(item)", "{\"occurredOn\":\"\(day)\",\"office\":\"云岭县发展和改革局\"\(data)}")
    }

    static func statement(_ id: String, _ day: String, of item: String = "a", _ text: String) -> String {
        act(id, "statement.attached", day, of: item, ",\"text\":\"\(text)\"")
    }

    static func correction(_ id: String, _ day: String, _ field: String, old: String, new: String) -> String {
        act(id, "incident.corrected", day, ",\"field\":\"\(field)\",\"old\":\"\(old)\",\"new\":\"\(new)\"")
    }
}
