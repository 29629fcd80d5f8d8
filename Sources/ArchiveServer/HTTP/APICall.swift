internal import CreditArchive
internal import CreditModel
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// One request on its way to a use case: who asks, in what language, and the words of the question, read strictly.
struct APICall: Sendable {
    let service: ArchiveService
    let request: Request
    let path: [String: String]
    let principal: Principal
    let language: APILanguage
    let requestID: String

    private static let maximumQueryBytes = 4_096

    /// A part of the path, decoded.
    func parameter(_ name: String) -> String { path[name] ?? "" }

    func header(_ name: HTTPField.Name) -> String? { request.headers[name] }

    /// The query's parameters. Throws `parameter-unknown`, `parameter-repeated`, `parameter-malformed`.
    func query(_ names: String...) throws -> [String: String] { try query(names) }

    func query(_ names: [String]) throws -> [String: String] {
        guard let text = request.uri.query, !text.isEmpty else { return [:] }
        guard text.utf8.count <= APICall.maximumQueryBytes else {
            throw ServiceError(
                .badRequest, "query-too-long", chinese: "查询参数过长", english: "the query is too long")
        }
        var values: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = APICall.decoded(parts[0]), let value = APICall.decoded(parts.count > 1 ? parts[1] : "")
            else {
                throw ServiceError(
                    .badRequest, "parameter-malformed", field: String(parts[0]), chinese: "查询参数的编码有误（应为 UTF-8 的百分号编码）",
                    english: "a parameter of the query is not percent-encoded UTF-8")
            }
            guard names.contains(name) else {
                let known = names.isEmpty ? "—" : names.joined(separator: " ")
                throw ServiceError(
                    .badRequest, "parameter-unknown", field: name, chinese: "没有参数 \(name)；可用：\(known)",
                    english: "there is no parameter \(name); known: \(known)")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw ServiceError(
                    .badRequest, "parameter-repeated", field: name, chinese: "参数 \(name) 重复",
                    english: "the parameter \(name) is given twice")
            }
        }
        return values
    }

    static func decoded(_ text: Substring) -> String? {
        percentDecoded(String(text.utf8.contains(UInt8(ascii: "+")) ? text.replacing("+", with: " ") : text))
    }

    /// The text that percent-encoded UTF-8 stands for; nil where it is none, or holds a control character.
    static func percentDecoded(_ text: String) -> String? {
        let decoded = text.utf8.contains(UInt8(ascii: "%")) ? text.removingPercentEncoding : text
        return decoded.flatMap { $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } ? $0 : nil }
    }

    /// A whole number of the query within a range. Throws `parameter-malformed`.
    static func number(
        _ values: [String: String], _ name: String, in range: ClosedRange<UInt64>
    ) throws -> UInt64? {
        guard let text = values[name] else { return nil }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt64(text), range.contains(number)
        else {
            throw malformed(name, "\(range.lowerBound)…\(range.upperBound)")
        }
        return number
    }

    static func malformed(_ name: String, _ expectation: String) -> ServiceError {
        ServiceError(
            .badRequest, "parameter-malformed", field: name, chinese: "参数 \(name) 应为 \(expectation)",
            english: "the parameter \(name) should be \(expectation)")
    }

    /// `1` or `true`, `0` or `false`. Throws `parameter-malformed`.
    static func flag(_ values: [String: String], _ name: String) throws -> Bool {
        switch values[name] {
        case nil, "0", "false": false
        case "1", "true": true
        default: throw malformed(name, "1 | 0")
        }
    }

    /// The body, whole. Throws 413 beyond the bound, 400 where it is cut short.
    func body(upTo limit: Int) async throws -> [UInt8] {
        if let length = header(.contentLength).flatMap({ Int($0) }), length > limit {
            throw ServiceError.tooLarge(limit)
        }
        var bytes: [UInt8] = []
        for try await piece in request.body {
            guard bytes.count + piece.readableBytes <= limit else { throw ServiceError.tooLarge(limit) }
            bytes.append(contentsOf: piece.readableBytesView)
        }
        return bytes
    }

    /// Runs what blocks, off the threads that serve connections.
    func blocking<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await service.pool.run(work)
    }

    /// The URL of a page of the same question, as a path.
    func link(_ values: [(String, String)]) -> String {
        // The unreserved characters of RFC 3986, section 2.3.
        let allowed = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        let query = values.map { name, value in
            name + "=" + (value.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")
        }.joined(separator: "&")
        return request.uri.path + (query.isEmpty ? "" : "?" + query)
    }
}
