import ArchiveTesting
import Assessment
import CreditArchive
import CreditModel
import Foundation
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

/// Reports of archives in tests, and a strict look at their pages.
enum Reports {
    static func query(_ scheme: String, _ year: Int = 2023, overlay: String? = nil) throws -> EvaluationQuery {
        let text = overlay.map { SchemeLibrary.text("overlay.yaml", Array($0.utf8)) }
        return EvaluationQuery(try SchemeLibrary.published.scheme(scheme, overlay: text), year: year)
    }

    static func report(
        _ archive: TestArchive, _ body: String, _ scheme: String, _ year: Int = 2023, opens: Bool = false,
        overlay: String? = nil, settles: Bool = true
    ) async throws -> BodyReport {
        let query = ReportQuery(
            try query(scheme, year, overlay: overlay), opensTexts: opens, usesIssuedDocuments: settles)
        let id = try #require(BodyID(body))
        return try await archive.reading { try Auditor($0).report(on: id, query) }
    }

    static func compilation(_ archive: TestArchive, _ scheme: String, _ year: Int = 2023) async throws -> Compilation {
        let query = ReportQuery(try query(scheme, year))
        return try await archive.reading { try Auditor($0).compilation(query) }
    }
}

/// A page, read by a parser that knows no mercy: what is not well-formed is no page.
final class StrictPage: NSObject, XMLParserDelegate {
    struct Element {
        var name: String
        var attributes: [String: String]
        /// Its own text and that of what is in it.
        var text = ""
        var path: [String]
    }

    private(set) var elements: [Element] = []
    private(set) var fault: String?
    private var open: [Int] = []
    let source: String

    init(_ bytes: [UInt8]) {
        source = String(decoding: bytes, as: UTF8.self)
        super.init()
        // The document type would be looked up; a strict parser of XML needs none.
        let markup = source.replacingOccurrences(of: "<!DOCTYPE html>", with: "")
        let parser = XMLParser(data: Data(markup.utf8))
        parser.delegate = self
        if !parser.parse() { fault = "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "?")" }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        elements.append(Element(name: name, attributes: attributes, path: open.map { elements[$0].name }))
        open.append(elements.count - 1)
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        for index in open { elements[index].text += text }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        open.removeLast()
    }

    func all(_ name: String, class kind: String? = nil) -> [Element] {
        elements.filter { $0.name == name && (kind == nil || $0.classes.contains(kind ?? "")) }
    }

    var headings: [(level: Int, text: String)] {
        elements.compactMap { item in
            guard item.name.count == 2, item.name.hasPrefix("h"), let level = Int(item.name.dropFirst()) else {
                return nil
            }
            return (level, item.text)
        }
    }

    var ids: [String] { elements.compactMap { $0.attributes["id"] } }
    var links: [String] { all("a").compactMap { $0.attributes["href"] } }
}

extension StrictPage.Element {
    var classes: [String] { (attributes["class"] ?? "").split(separator: " ").map(String.init) }
    func number(_ name: String) -> Double { attributes[name].flatMap(Double.init) ?? .nan }
}
