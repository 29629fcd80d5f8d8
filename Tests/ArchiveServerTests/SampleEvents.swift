import CreditModel
import Foundation

/// CloudEvents as platforms send them.
enum Sample {
    static func code(_ number: Int) -> String {
        USCC(completing: "11419801MB" + String(format: "%07d", number))?.text ?? ""
    }

    static func event(
        _ id: String, _ type: String, _ subject: String, _ data: String, source: String = "urn:platform:1"
    ) -> String {
        """
        {"specversion":"1.0","id":"\(id)","source":"\(source)","type":"\(type)","subject":"\(subject)","data":\(data)}
        """
    }

    static func bodyData(_ number: Int, region: String = "419801") -> String {
        #"{"code":"\#(code(number))","name":"云岭县第\#(number)局","kind":"工作部门","level":"县","region":"\#(region)"}"#
    }

    static func body(_ number: Int, region: String = "419801", source: String = "urn:platform:1") -> String {
        event(
            "body-\(number)", "body.registered", "body/\(code(number))", bodyData(number, region: region),
            source: source)
    }

    static func incident(
        _ id: String, body: Int = 1, on day: String = "2025-12-05", fact: String = "未按约定支付工程款",
        visibility: String = "公开",
        source: String = "urn:platform:1"
    ) -> String {
        event(
            "incident-\(id)", "incident.determined", "case/\(id)",
            """
            {"attributedYear":2025,"authority":"云岭县发展和改革局","basis":{"number":"云信〔2025〕1号","title":"行政决定书"},\
            "body":"\(code(body))","category":"R05","channel":"C03","determinedOn":"\(day)","fact":"\(fact)",\
            "occurredOn":"2019-01-10","severity":"一般","visibility":"\(visibility)"}
            """, source: source)
    }

    static func act(_ id: String, _ type: String, _ day: String, of item: String) -> String {
        event(id, type, "case/\(item)", "{\"occurredOn\":\"\(day)\",\"office\":\"云岭县发展和改革局\"}")
    }
}
