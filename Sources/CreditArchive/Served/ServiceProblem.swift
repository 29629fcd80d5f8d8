internal import CanonicalJSON

/// An error as a service tells it: `application/problem+json` with the archive's own words (contract §4).
struct ServiceProblem: JSONDecodable {
    var error: ArchiveError

    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        let code: String = try fields.required("code")
        let detail: String = try fields.required("detail")
        let kind: String = try fields.optional("kind") ?? ArchiveError.Kind.unavailable.rawValue
        error = ArchiveError(
            ArchiveError.Kind(rawValue: kind) ?? .unavailable, code, field: try fields.optional("field"),
            chinese: try fields.optional("detailZh") ?? detail, english: try fields.optional("detailEn") ?? detail)
    }

    /// The error of an answer: the service's own, or that what answered is no service of an archive.
    static func error(of answer: ServiceAnswer, at address: ServiceAddress) -> ArchiveError {
        if answer.type == "application/problem+json", let document = try? JSONDocument(parsing: answer.body),
            let problem = try? ServiceProblem(json: document.root)
        {
            return problem.error
        }
        return .strangeService(address, "HTTP \(answer.status)")
    }
}

extension ArchiveError {
    static func strangeService(_ address: ServiceAddress, _ what: String) -> ArchiveError {
        ArchiveError(
            .unavailable, "service-unreadable", field: "--archive",
            chinese: "\(address.text) 的回答无法理解（\(what)）；请核对地址，以及两端程序的版本",
            english: "the answer of \(address.text) cannot be understood (\(what)); check the address, and that both "
                + "programs are of the same version")
    }

    static func distrustedService(_ address: ServiceAddress) -> ArchiveError {
        ArchiveError(
            .unavailable, "certificate-distrusted", field: "--ca-file",
            chinese: "不信任 \(address.text) 的 TLS 证书，没有发送任何内容；请核对地址，自有 CA 的证书用 --ca-file 给出",
            english:
                "the TLS certificate of \(address.text) is not trusted, and nothing was sent; check the address, and give "
                + "the certificate of a CA of your own with --ca-file")
    }

    static func unreachableService(_ address: ServiceAddress, _ reason: String) -> ArchiveError {
        ArchiveError(
            .unavailable, "service-unreachable", field: "--archive",
            chinese: "无法连接 \(address.text)：\(reason)；请检查地址、网络，以及服务（serve）是否在运行",
            english:
                "\(address.text) cannot be reached: \(reason); check the address, the network, and that it is served")
    }
}
