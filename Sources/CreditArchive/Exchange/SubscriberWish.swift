public import CanonicalJSON
public import CreditModel
internal import EventLog

/// What a new subscriber is to be.
public struct SubscriberWish: Sendable, Hashable {
    public var name: String
    public var title: String
    public var delivery: Subscriber.Delivery
    public var visibility: Subscriber.Visibility
    public var texts: Subscriber.Texts
    /// 统一社会信用代码 or registered name of the body that it is about.
    public var body: String?
    public var type: String?
    public var regions: [RegionCode]
    public var key: String?
    public var url: String?
    public var allowsPrivate: Bool

    public init(
        name: String, title: String, delivery: Subscriber.Delivery, visibility: Subscriber.Visibility,
        texts: Subscriber.Texts = .sealed, body: String? = nil, type: String? = nil, regions: [RegionCode] = [],
        key: String? = nil, url: String? = nil, allowsPrivate: Bool = false
    ) {
        self.name = name
        self.title = title
        self.delivery = delivery
        self.visibility = visibility
        self.texts = texts
        self.body = body
        self.type = type
        self.regions = regions
        self.key = key
        self.url = url
        self.allowsPrivate = allowsPrivate
    }

    /// Refuses what no subscriber can be.
    ///
    /// Throws ``ArchiveError`` `subscriber-name-malformed`, `subscriber-title-malformed`, `texts-need-full`,
    /// `url-needed`, `url-needless`, `url-malformed`, `type-unknown`.
    func check() throws(ArchiveError) {
        guard (1...40).contains(name.utf8.count),
            name.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D })
        else {
            throw ArchiveError(
                .badInput, "subscriber-name-malformed", field: "name", chinese: "订阅方代号应为 1–40 个小写字母、数字或 -",
                english: "a subscriber's name has 1–40 small letters, digits and -")
        }
        guard PlainText.isName(title, limit: 100) else {
            throw ArchiveError(
                .badInput, "subscriber-title-malformed", field: "title", chinese: "请写明订阅方的名称（1–100 字）",
                english: "say what the subscriber is called (1–100 characters)")
        }
        guard texts == .sealed || visibility == .full else {
            throw ArchiveError(
                .badInput, "texts-need-full", field: "texts", chinese: "公示范围（public）的订阅方不得取得文本，请去掉 opened",
                english: "a subscriber of public records never gets texts; leave opened out")
        }
        guard (url != nil) == (delivery == .push) else {
            throw delivery == .push
                ? ArchiveError(
                    .badInput, "url-needed", field: "url", chinese: "推送（push）须给出接收地址 url",
                    english: "a push needs the url of the webhook")
                : ArchiveError(
                    .badInput, "url-needless", field: "url", chinese: "只有推送（push）才有接收地址 url",
                    english: "only a push has the url of a webhook")
        }
        if let url { _ = try WebhookAddress(url) }
        try ReplayFilter(body: nil, type: type).check()
    }
}

extension SubscriberWish: JSONDecodable {
    public init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        name = try fields.required("name")
        title = try fields.required("title")
        delivery = try fields.required("delivery").word()
        visibility = try fields.required("visibility").word()
        texts = try fields.optional("texts")?.word() ?? .sealed
        body = try fields.optional("body")
        type = try fields.optional("type")
        regions = try fields.optional("regions") ?? []
        key = try fields.optional("key")
        url = try fields.optional("url")
        allowsPrivate = try fields.optional("allowsPrivate")?.boolean() ?? false
        try fields.finish()
    }
}

extension JSONNode {
    /// A word of a list. Throws ``JSONFault`` `bad-value` with the list.
    func word<Word: RawRepresentable<String> & CaseIterable>() throws(JSONFault) -> Word {
        guard let word = Word(rawValue: try string()) else {
            throw fault(.badValue, Word.allCases.map(\.rawValue).joined(separator: " | "))
        }
        return word
    }
}
